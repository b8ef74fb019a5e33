import type { InspectionQuery, Mode, Verdict } from '@/api/types';

/** What the address of the list says: any view of it can be linked and reloaded. */
export interface InspectionSearch {
  station?: string;
  verdict?: Verdict;
  mode?: Mode;
  part_number?: string;
  sequence?: number;
}

const VERDICTS: readonly string[] = ['good', 'bad', 'unsure', 'no_read'] satisfies Verdict[];
export const MODES = ['production', 'observe', 'setup', 'challenge', 'bypass'] as const satisfies readonly Mode[];

/** Keeps what can be understood of an address that anyone may have typed. */
export function readSearch(raw: Record<string, unknown>): InspectionSearch {
  const search: InspectionSearch = {};
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const station = text(raw.station);
  const partNumber = typeof raw.part_number === 'number' ? String(raw.part_number) : text(raw.part_number);
  const sequence = Number(raw.sequence);
  if (station !== undefined) search.station = station;
  if (typeof raw.verdict === 'string' && VERDICTS.includes(raw.verdict)) search.verdict = raw.verdict as Verdict;
  if (MODES.some((mode) => mode === raw.mode)) search.mode = raw.mode as Mode;
  if (partNumber !== undefined) search.part_number = partNumber;
  if (Number.isInteger(sequence) && sequence > 0) search.sequence = sequence;
  return search;
}

export function isFiltered(search: InspectionSearch): boolean {
  return Object.keys(search).length > 0;
}

export const PAGE_SIZE = 50;

export function toQuery(search: InspectionSearch, cursor: string | null): InspectionQuery {
  return { ...search, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
}
