import { describe, expect, it } from 'vitest';
import type { Gateway } from '@/api/types';
import { backlog, byUrgency, warnings, withGateway } from '@/features/gateways/health';

type Reported = NonNullable<Gateway['reported']>;
type Station = Reported['stations'][number];

const station: Station = {
  station: 's',
  state: 'running',
  mode: 'production',
  detail: '',
  journal_number: 12,
  images_waiting: 0,
  events_waiting: 0,
  last_sequence: 9,
  revision: 4,
};

function gateway(changes: Partial<Gateway> = {}, reported: Partial<Reported> = {}): Gateway {
  return {
    id: 'g',
    name: 'Box 7',
    site: 'site',
    status: 'online',
    online: true,
    offline_since: null,
    created_at: '2026-11-02T06:00:00Z',
    enrolled_at: '2026-11-02T06:05:00Z',
    last_seen_at: '2026-11-02T07:00:00Z',
    revoked_at: null,
    revoked_because: '',
    software: '0.1.0',
    hardware: 'edge-7 x86_64',
    address: '192.0.2.7',
    claim_until: null,
    certificate: null,
    stations: ['s'],
    desired_revision: 4,
    reported: {
      reported_at: '2026-11-02T07:00:00Z',
      software: '0.1.0',
      boot: 'b',
      active_revision: 4,
      target_revision: 4,
      stage: 'active',
      detail: '',
      stations: [station],
      disk_free_mb: 20_000,
      disk_total_mb: 60_000,
      clock: 'synchronised',
      ...reported,
    },
    ...changes,
  };
}

describe('a gateway in touch', () => {
  it('that is well gives no warning', () => {
    expect(warnings(gateway())).toEqual([]);
  });

  it.each([
    ['a full disk', { disk_free_mb: 2_999 }, 'disk'],
    ['a clock that lost its battery', { clock: 'implausible' }, 'clock'],
    ['a revision that it refused', { stage: 'refused' as const }, 'refused'],
    ['a station that is down', { stations: [{ ...station, state: 'down' }] }, 'stations'],
  ])('warns of %s', (_, reported, key) => {
    expect(warnings(gateway({}, reported)).map((warning) => warning.key)).toEqual([key]);
  });

  it('that does not say how large its disk is does not warn of it', () => {
    expect(warnings(gateway({}, { disk_free_mb: 0, disk_total_mb: 0 }))).toEqual([]);
  });
});

it('what a gateway said before it went away is no warning', () => {
  expect(warnings(gateway({ status: 'offline' }, { clock: 'implausible' }))).toEqual([]);
});

it('a backlog is known only where every station tells it', () => {
  const waiting = { ...station, events_waiting: 12, images_waiting: 3 };
  expect(backlog(gateway({}, { stations: [waiting, waiting] }))).toEqual({ events: 24, images: 6 });
  expect(backlog(gateway({}, { stations: [waiting, { ...waiting, events_waiting: null }] }))).toEqual({ events: null, images: 6 });
});

it('what needs somebody comes first, and numbers sort as numbers', () => {
  const listed = [
    gateway({ id: '1', name: 'Box 10' }),
    gateway({ id: '2', name: 'Box 9' }),
    gateway({ id: '3', status: 'revoked' }),
    gateway({ id: '4', status: 'waiting' }),
    gateway({ id: '5', status: 'offline' }),
    gateway({ id: '6' }, { clock: 'implausible' }),
  ];
  expect(byUrgency(listed).map(({ id }) => id)).toEqual(['5', '6', '4', '2', '1', '3']);
});

it('a gateway that the stream tells of takes its place, or joins the list', () => {
  const known = gateway();
  expect(withGateway([known], { ...known, name: 'Box 8' }).map(({ name }) => name)).toEqual(['Box 8']);
  expect(withGateway([known], gateway({ id: 'new' })).map(({ id }) => id)).toEqual(['g', 'new']);
});
