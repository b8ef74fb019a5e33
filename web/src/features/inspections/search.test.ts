import { describe, expect, it } from 'vitest';
import { exportAddress, isFiltered, readSearch, toQuery, withFilter } from '@/features/inspections/search';

describe('the address of the list', () => {
  it('keeps the filters it knows', () => {
    const raw = { place: 's1', verdict: 'bad', mode: 'observe', part_number: 4711, sequence: '12', lowest_score: '1.5' };
    expect(readSearch({ ...raw, find: 42, from: '2026-11-23T08:00:00+01:00' })).toEqual({
      place: 's1',
      verdict: 'bad',
      mode: 'observe',
      part_number: '4711',
      sequence: 12,
      lowest_score: 1.5,
      find: '42',
      from: '2026-11-23T07:00:00.000Z',
    });
  });

  it('drops what it cannot understand instead of asking the server for it', () => {
    const search = readSearch({
      verdict: 'ugly',
      mode: 1,
      place: '',
      sequence: 'x',
      colour: 'red',
      from: 'yesterday',
      highest_score: 'high',
    });
    expect(search).toEqual({});
    expect(isFiltered(search)).toBe(false);
  });

  it('loses a filter that is emptied', () => {
    expect(withFilter({ verdict: 'bad', find: 'WB' }, 'find', '')).toEqual({ verdict: 'bad' });
    expect(withFilter({ find: 'WB' }, 'find', 'WB-1')).toEqual({ find: 'WB-1' });
  });

  it('becomes one page of a question', () => {
    expect(toQuery({ verdict: 'bad' }, null)).toEqual({ verdict: 'bad', limit: 200 });
    expect(toQuery({}, 'abc')).toEqual({ limit: 200, cursor: 'abc' });
  });

  it('names the same list as a table', () => {
    expect(exportAddress({}, 'en')).toBe('/api/inspections/export?separator=comma');
    expect(exportAddress({ verdict: 'bad', find: 'A&B' }, 'de-AT')).toBe(
      '/api/inspections/export?verdict=bad&find=A%26B&separator=semicolon',
    );
  });
});
