import { screen } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import { startLanguage } from '@/app/i18n';
import { failRead, quietQueries, show } from '@/app/testShow';
import { Alarms } from '@/features/live/Alarms';
import { part, station } from '@/features/live/fixtures';
import { Counts } from '@/features/live/Counts';
import { LastBads } from '@/features/live/LastBads';
import { ModeBanner } from '@/features/live/ModeBanner';
import { alarmsQuery, lastBadsQuery } from '@/features/live/queries';
import { OeeFigures } from '@/features/live/OeeFigures';
import { VerdictStrip } from '@/features/live/VerdictStrip';
import { ModeBadge } from '@/components/ModeBadge';

beforeAll(() => startLanguage('en'));

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

it('each count leads to the parts that it counts', async () => {
  await show(<Counts station={station()} fresh={{ kind: 'live' }} />);
  const bad = screen.getByRole('link', { name: /Bad/ });
  const search = new URL(bad.getAttribute('href') ?? '', 'http://plant').searchParams;
  expect(Object.fromEntries(search)).toEqual({
    place: 's1',
    verdict: 'bad',
    mode: 'production',
    from: '2026-11-23T05:00:00Z',
  });
});

it('where nobody looks at the parts there is no count', async () => {
  const { kpis } = station();
  const counts = { produced: 0, good: 0, bad: 0, unsure: 0, no_read: 0, rejected: 0 };
  await show(<Counts station={station({ gateway: null, kpis: { ...kpis, counts } })} fresh={{ kind: 'unwired' }} />);
  expect(screen.queryByText('0')).toBeNull();
  expect(screen.getByRole('link', { name: /Good/ }).textContent).toContain('–');
});

it('alarms that cannot be fetched are not taken for none', async () => {
  const queries = quietQueries();
  queries.setQueryData(alarmsQuery.queryKey, { items: [] });
  failRead(queries, alarmsQuery.queryKey);
  await show(<Alarms />, queries);
  expect(screen.getByRole('alert')).toBeTruthy();
});

it('a part is told by words, not by colour alone', async () => {
  await show(<VerdictStrip parts={[part(7, { final_verdict: 'no_read', score: null }), part(6)]} />);
  expect(screen.getByRole('link', { name: /Part 7: No read/ })).toBeTruthy();
  expect(screen.getByRole('link', { name: /Part 6: Good, score 1.00/ })).toBeTruthy();
});

it('a picture that is still on the gateway is said to be there', async () => {
  const images = [{ role: 'frame' as const, sha256: 'a', url: '/api/images/a', available: false }];
  const bad = part(3, { final_verdict: 'bad', images });
  const queries = quietQueries();
  queries.setQueryData(lastBadsQuery('s1', bad.id).queryKey, { items: [bad], next: null });
  await show(<LastBads station={station({ last_bad: bad })} />, queries);
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
