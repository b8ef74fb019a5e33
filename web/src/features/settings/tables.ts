import { answer, client } from '@/api/client';
import type { ImportResult } from '@/api/types';

/** A list of masters that goes out as a CSV file and comes in again. */
export interface MasterTable {
  /** Where its texts stand: `import.users`. */
  key: 'users' | 'part_numbers';
  /** What its columns are called in the file. */
  columns: readonly string[];
  exportPath: string;
  send: (file: File, query: { dry_run?: boolean; plan?: string }) => Promise<ImportResult>;
}

/** A file is sent as it is; the description of the API calls its bytes a string. */
function asFile(file: File) {
  return {
    body: file as unknown as string,
    bodySerializer: (body: unknown) => body as BodyInit,
    headers: { 'Content-Type': 'text/csv' },
  };
}

export const PART_NUMBERS_TABLE: MasterTable = {
  key: 'part_numbers',
  columns: ['number', 'name', 'place', 'ideal_cycle_ms'],
  exportPath: '/api/part-numbers/export',
  send: (file, query) => answer(client.POST('/api/part-numbers/import', { params: { query }, ...asFile(file) })),
};

export const USERS_TABLE: MasterTable = {
  key: 'users',
  columns: ['name', 'role', 'place'],
  exportPath: '/api/users/export',
  send: (file, query) => answer(client.POST('/api/users/import', { params: { query }, ...asFile(file) })),
};
