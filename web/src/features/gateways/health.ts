import type { Gateway } from '@/api/types';

/** What a person has to do something about, though the gateway is in touch. */
export type Warning =
  | { key: 'certificate_soon' | 'certificate_over'; until: string }
  | { key: 'disk'; freeMb: number; totalMb: number }
  | { key: 'clock' }
  | { key: 'refused'; revision: number; detail: string }
  | { key: 'stations'; count: number };

/** A disk with less than this share left is close to the reserve that records are kept in. */
const LITTLE_LEFT = 0.05;

export function warnings(gateway: Gateway): Warning[] {
  if (gateway.status === 'revoked') return [];
  const found: Warning[] = [];
  const { certificate, reported } = gateway;
  if (certificate?.state === 'expires_soon') found.push({ key: 'certificate_soon', until: certificate.not_after });
  if (certificate?.state === 'expired') found.push({ key: 'certificate_over', until: certificate.not_after });
  // What it said before it went away is no news.
  if (reported === null || gateway.status !== 'online') return found;
  if (reported.stage === 'refused') found.push({ key: 'refused', revision: reported.target_revision, detail: reported.detail });
  const ill = reported.stations.filter(({ state }) => state === 'down' || state === 'degraded').length;
  if (ill > 0) found.push({ key: 'stations', count: ill });
  const { disk_free_mb: freeMb, disk_total_mb: totalMb } = reported;
  if (totalMb > 0 && freeMb < totalMb * LITTLE_LEFT) found.push({ key: 'disk', freeMb, totalMb });
  if (reported.clock === 'implausible') found.push({ key: 'clock' });
  return found;
}

/** What the gateway keeps until the server has it. Events are null where a gateway does not say. */
export function backlog(gateway: Gateway): { events: number | null; images: number } {
  const stations = gateway.reported?.stations ?? [];
  const events = stations.map((station) => station.events_waiting);
  return {
    events: events.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0),
    images: stations.reduce((sum, station) => sum + station.images_waiting, 0),
  };
}

function urgency(gateway: Gateway): number {
  if (gateway.status === 'offline') return 0;
  if (warnings(gateway).length > 0) return 1;
  return { waiting: 2, online: 3, revoked: 4 }[gateway.status];
}

/** What needs somebody comes first; what is over comes last. */
export function byUrgency(gateways: readonly Gateway[]): Gateway[] {
  return [...gateways].sort((a, b) => urgency(a) - urgency(b) || a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/** The list after the stream has told of one gateway, which may be new. */
export function withGateway(gateways: readonly Gateway[], told: Gateway): Gateway[] {
  return gateways.some(({ id }) => id === told.id)
    ? gateways.map((gateway) => (gateway.id === told.id ? told : gateway))
    : [...gateways, told];
}
