import { screen } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import { Problem, UNREACHABLE } from '@/api/client';
import { startLanguage } from '@/app/i18n';
import { show } from '@/app/testShow';
import { ProblemNotice } from '@/components/Notice';

const missing = new Problem(404, 'gateway_not_found', 'There is no such gateway.', '');
const ignore = () => undefined;

beforeAll(() => startLanguage('en'));

it('what does not exist leads back to what there is', async () => {
  await show(<ProblemNotice wholePage error={missing} list="/gateways" onRetry={ignore} />);
  expect(screen.getByRole('link', { name: 'Back to the list' }).getAttribute('href')).toBe('/gateways');
  expect(screen.queryByRole('button')).toBeNull();
});

it('a page that belongs to no list leads to one’s own', async () => {
  await show(<ProblemNotice wholePage error={missing} onRetry={ignore} />);
  expect(screen.getByRole('link', { name: 'To your own page' }).getAttribute('href')).toBe('/');
});

it('a server that was not reached is asked again', async () => {
  await show(<ProblemNotice wholePage error={new Problem(0, UNREACHABLE, '', '')} list="/gateways" onRetry={ignore} />);
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  expect(screen.queryByRole('link')).toBeNull();
});
