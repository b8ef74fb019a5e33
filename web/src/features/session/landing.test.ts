import { expect, it } from 'vitest';
import type { Grant } from '@/api/types';
import { landing } from '@/features/session/landing';

const at = (role: Grant['role'], place: string | null = null): Grant => ({ role, place });

it.each<[string, Grant[], ReturnType<typeof landing>]>([
  ['an operator at a station', [at('operator', 'station-3')], { to: '/live' }],
  ['an operator of the whole plant', [at('operator')], { to: '/live' }],
  ['an operator of two lines', [at('operator', 'line-1'), at('operator', 'line-2')], { to: '/live' }],
  ['a quality engineer', [at('quality', 'site')], { to: '/inspections' }],
  ['an OT engineer', [at('engineer', 'site')], { to: '/gateways' }],
  ['a manager, who only looks', [at('viewer')], { to: '/overview' }],
  ['an administrator', [at('admin')], { to: '/overview' }],
  ['an engineer who stands in at a station', [at('operator', 'station-3'), at('engineer', 'site')], { to: '/gateways' }],
  ['somebody without a role', [], { to: '/settings/account' }],
])('%s lands on their own page', (_, grants, page) => {
  expect(landing(grants)).toEqual(page);
});
