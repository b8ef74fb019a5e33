import type { InspectionQuery, Mode, Verdict } from '@/api/types';
import { asText } from '@/lib/address';
import { separatorOf } from '@/lib/csv';

/** What the address of the list says: any view of it can be linked and reloaded. */
export interface InspectionSearch {
  /** A station, or a line, area or site with all of its stations. */
  place?: string;
  verdict?: Verdict;
  mode?: Mode;
  part_number?: string;
  /** The beginning of a serial, or a part sequence: what was typed or scanned. */
  find?: string;
  serial?: string;
  sequence?: number;
  /** Instants with their zone; the first is in, the second is out. */
  from?: string;
  to?: string;
  lowest_score?: number;
  highest_score?: number;
  model?: string;
  defect?: string;
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The list that a part was opened from, for the way back. */
    list?: InspectionSearch;
  }
}

const VERDICTS: readonly string[] = ['good', 'bad', 'unsure', 'no_read'] satisfies Verdict[];
export const MODES = ['production', 'observe', 'setup', 'challenge', 'bypass'] as const satisfies readonly Mode[];
const TEXTS = ['place', 'part_number', 'find', 'serial', 'model', 'defect'] as const;
const INSTANTS = ['from', 'to'] as const;
const SCORES = ['lowest_score', 'highest_score'] as const;

function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Keeps what can be understood of an address that anyone may have typed. */
export function readSearch(raw: Record<string, unknown>): InspectionSearch {
  const search: InspectionSearch = {};
  for (const name of TEXTS) {
    const text = asText(raw[name]);
    if (text !== undefined) search[name] = text;
  }
  for (const name of INSTANTS) {
    const at = typeof raw[name] === 'string' ? Date.parse(raw[name]) : NaN;
    if (!Number.isNaN(at)) search[name] = new Date(at).toISOString();
  }
  for (const name of SCORES) {
    const score = asNumber(raw[name]);
    if (score !== undefined) search[name] = score;
  }
  if (typeof raw.verdict === 'string' && VERDICTS.includes(raw.verdict)) search.verdict = raw.verdict as Verdict;
  if (MODES.some((mode) => mode === raw.mode)) search.mode = raw.mode as Mode;
  const sequence = asNumber(raw.sequence);
  if (sequence !== undefined && Number.isSafeInteger(sequence) && sequence > 0) search.sequence = sequence;
  return search;
}

export function isFiltered(search: InspectionSearch): boolean {
  return Object.keys(search).length > 0;
}

/** The search with one filter set, or taken away where it says nothing. */
export function withFilter<Name extends keyof InspectionSearch>(
  search: InspectionSearch,
  name: Name,
  value: InspectionSearch[Name] | '',
): InspectionSearch {
  const { [name]: _dropped, ...rest } = search;
  return value === undefined || value === '' ? rest : { ...rest, [name]: value };
}

/** Few enough to come at once; a list that is scrolled fast asks for the next page long before it ends. */
export const PAGE_SIZE = 200;

export function toQuery(search: InspectionSearch, cursor: string | null): InspectionQuery {
  return { ...search, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
}

/** Where the same list is to be had as a table. */
export function exportAddress(search: InspectionSearch, language: string): string {
  const wanted = Object.entries({ ...search, separator: separatorOf(language) });
  return `/api/inspections/export?${new URLSearchParams(wanted.map(([name, value]) => [name, String(value)])).toString()}`;
}
