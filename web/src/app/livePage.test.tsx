import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import { startLanguage } from '@/app/i18n';
import { theme } from '@/app/theme';
import { part, station } from '@/features/live/fixtures';
import { Counts } from '@/features/live/Counts';
import { LastBads } from '@/features/live/LastBads';
import { ModeBanner } from '@/features/live/ModeBanner';
import { OeeFigures } from '@/features/live/OeeFigures';
import { VerdictStrip } from '@/features/live/VerdictStrip';
import { ModeBadge } from '@/components/ModeBadge';

beforeAll(() => startLanguage('en'));

async function show(content: React.ReactNode): Promise<void> {
  const queries = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  const root = createRootRoute({ component: () => content });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findAllByText(/./);
}

it('a figure that cannot be told is a dash, not zero', async () => {
  const { kpis, shift } = station();
  await show(<OeeFigures kpis={{ ...kpis, oee: null, quality: null }} shift={shift} />);
  expect(screen.getAllByText('–')).toHaveLength(2);
  expect(screen.queryByText('0.0%')).toBeNull();
});

it('a figure far under its target says by how much', async () => {
  const { kpis, shift } = station();
  await show(<OeeFigures kpis={{ ...kpis, oee: 0.354 }} shift={shift} />);
  expect(screen.getByText('50.0 points short of 85.4%')).toBeTruthy();
});

it('each count leads to its parts', async () => {
  await show(<Counts station={station()} />);
  const bad = screen.getByRole('link', { name: /Bad/ });
  expect(bad.getAttribute('href')).toBe('/inspections?place=s1&verdict=bad');
});

it('a part is told by words, not by colour alone', async () => {
  await show(<VerdictStrip parts={[part(7, { final_verdict: 'no_read', score: null }), part(6)]} />);
  expect(screen.getByRole('link', { name: /Part 7: No read/ })).toBeTruthy();
  expect(screen.getByRole('link', { name: /Part 6: Good, score 1.00/ })).toBeTruthy();
});

it('a picture that is still on the gateway is said to be there', async () => {
  const images = [{ role: 'frame' as const, sha256: 'a', url: '/api/images/a', available: false }];
  await show(<LastBads station={station({ last_bad: part(3, { final_verdict: 'bad', images }) })} />);
  expect(screen.getByText(/still on the gateway/)).toBeTruthy();
  expect(screen.queryByRole('img')).toBeNull();
});

it('bypass is always said', async () => {
  await show(<ModeBadge mode="bypass" />);
  expect(screen.getByText('Bypass')).toBeTruthy();
});

it('a mode in which nothing is rejected is said across the page', async () => {
  await show(<ModeBanner mode="observe" />);
  expect(screen.getByText('Observe: nothing is rejected')).toBeTruthy();
});

it('a mode that nobody has told is not taken for production', async () => {
  await show(<ModeBanner mode={null} />);
  expect(screen.getByText('Mode not known')).toBeTruthy();
});
