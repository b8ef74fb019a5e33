import { expect, it } from 'vitest';
import type { LivePart } from '@/api/types';
import { part } from '@/features/live/fixtures';
import { shownPart } from '@/features/live/shownPart';

function picture(sequence: number, change: Partial<LivePart> = {}): LivePart {
  const { id, part_number, serial, verdict, cause, detail, mode, score, good_below, bad_above, triggered_at } = part(sequence);
  return {
    inspection: id,
    sequence,
    part_number,
    serial,
    verdict,
    cause,
    detail,
    mode,
    score,
    good_below,
    bad_above,
    triggered_at,
    received_at: triggered_at,
    frame: `data:image/jpeg;base64,${sequence}`,
    heat: null,
    ...change,
  };
}

it('a picture comes with its own verdict, before its record', () => {
  const shown = shownPart(picture(7, { verdict: 'bad', heat: 'data:image/png;base64,h' }), [part(6)]);
  expect([shown?.sequence, shown?.verdict, shown?.pictureAt !== null, shown?.record]).toEqual([7, 'bad', true, null]);
  expect(shown?.images.map((image) => image.role)).toEqual(['frame', 'heat']);
});

it('a record that is a moment newer waits for its picture', () => {
  expect(shownPart(picture(6), [part(7)])?.sequence).toBe(6);
});

it('a part without a picture is shown without one, never with the picture of another', () => {
  const shown = shownPart(picture(3), [part(7)]);
  expect([shown?.sequence, shown?.pictureAt, shown?.images]).toEqual([7, null, []]);
});

it('a part that was not read does not hide behind the last good one', () => {
  expect(shownPart(picture(6), [part(7, { verdict: 'no_read', final_verdict: 'no_read' })])?.verdict).toBe('no_read');
});

it('a review counts as soon as it is known', () => {
  expect(shownPart(picture(7), [part(7, { final_verdict: 'bad', reviewed: true })])?.verdict).toBe('bad');
});

it('without a picture the newest record is shown, and without that nothing', () => {
  expect(shownPart(null, [part(2), part(1)])?.sequence).toBe(2);
  expect(shownPart(null, [])).toBeNull();
});
