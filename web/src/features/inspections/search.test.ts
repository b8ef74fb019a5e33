import { describe, expect, it } from 'vitest';
import { isFiltered, readSearch, toQuery } from '@/features/inspections/search';

describe('the address of the list', () => {
  it('keeps the filters it knows', () => {
    expect(readSearch({ station: 's1', verdict: 'bad', mode: 'observe', part_number: 4711, sequence: '12' })).toEqual({
      station: 's1',
      verdict: 'bad',
      mode: 'observe',
      part_number: '4711',
      sequence: 12,
    });
  });

  it('drops what it cannot understand instead of asking the server for it', () => {
    const search = readSearch({ verdict: 'ugly', mode: 1, station: '', sequence: 'x', colour: 'red' });
    expect(search).toEqual({});
    expect(isFiltered(search)).toBe(false);
  });

  it('becomes one page of a question', () => {
    expect(toQuery({ verdict: 'bad' }, null)).toEqual({ verdict: 'bad', limit: 50 });
    expect(toQuery({}, 'abc')).toEqual({ limit: 50, cursor: 'abc' });
  });
});
