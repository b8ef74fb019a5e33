import type { InspectionItem, Kpis, LiveStation, MachineState, Mode } from '@/api/types';
import type { StreamEvent } from '@/lib/sse';

/** How many of the latest parts the page keeps. */
export const RECENT_LIMIT = 30;

interface StationChange {
  station: string;
  mode: Mode | null;
  machine_state: MachineState;
  machine_reason: string;
  machine_since: string | null;
}

interface GatewayChange {
  id: string;
  online: boolean;
}

export type Outcome =
  | { kind: 'changed'; stations: LiveStation[] }
  | { kind: 'unchanged' }
  /** The event speaks of something this page does not have: ask the server for the whole. */
  | { kind: 'refetch' };

/** What the page shows after one event of the stream. An event that comes twice changes nothing the second time. */
export function applyEvent(stations: LiveStation[], { event, data }: StreamEvent): Outcome {
  switch (event) {
    case 'inspection': {
      const item = JSON.parse(data) as InspectionItem;
      const changed = changeStation(stations, item.station, (station) => withInspection(station, item));
      const lost = (station: LiveStation) => station.last_bad === null && station.station.id === item.station;
      // The bad part before the one that was reviewed may be older than those that are kept here.
      const had = stations.some((station) => station.last_bad?.id === item.id);
      return had && changed.kind === 'changed' && changed.stations.some(lost) ? { kind: 'refetch' } : changed;
    }
    case 'station': {
      const { station: id, ...change } = JSON.parse(data) as StationChange;
      return changeStation(stations, id, (station) => ({ ...station, ...change }));
    }
    case 'kpis': {
      const { station: id, kpis } = JSON.parse(data) as { station: string; kpis: Kpis };
      const known = stations.find(({ station }) => station.id === id);
      // Another shift has begun, and its name and times are not told here.
      if (known !== undefined && known.kpis.from !== kpis.from) return { kind: 'refetch' };
      return changeStation(stations, id, (station) => ({ ...station, kpis, as_of: kpis.as_of }));
    }
    case 'gateway': {
      const { id, online } = JSON.parse(data) as GatewayChange;
      return {
        kind: 'changed',
        stations: stations.map((station) =>
          station.gateway?.id === id ? { ...station, gateway: { ...station.gateway, online } } : station,
        ),
      };
    }
    case 'reset':
    case 'rollout':
      return { kind: 'refetch' };
    default:
      return { kind: 'unchanged' };
  }
}

function changeStation(stations: LiveStation[], id: string, change: (station: LiveStation) => LiveStation): Outcome {
  if (!stations.some((station) => station.station.id === id)) return { kind: 'refetch' };
  return {
    kind: 'changed',
    stations: stations.map((station) => (station.station.id === id ? change(station) : station)),
  };
}

export function newestFirst(a: InspectionItem, b: InspectionItem): number {
  return Date.parse(b.triggered_at) - Date.parse(a.triggered_at) || b.sequence - a.sequence;
}

export function withInspection(station: LiveStation, item: InspectionItem): LiveStation {
  const others = station.recent.filter((known) => known.id !== item.id);
  const recent = [item, ...others].sort(newestFirst).slice(0, RECENT_LIMIT);
  return {
    ...station,
    recent,
    last_inspection: recent[0] ?? null,
    last_bad: lastBad(station.last_bad, item, recent),
    part_number: recent[0]?.part_number ?? station.part_number,
  };
}

function lastBad(known: InspectionItem | null, item: InspectionItem, recent: InspectionItem[]): InspectionItem | null {
  if (item.final_verdict === 'bad') {
    return known === null || known.id === item.id || newestFirst(item, known) < 0 ? item : known;
  }
  // A review may have turned the last bad part into a good one.
  return known?.id === item.id ? (recent.find((other) => other.final_verdict === 'bad') ?? null) : known;
}
