import type { InspectionItem, LivePart } from '@/api/types';

/** A record may be this much newer than the newest picture: at most two pictures come in a second. */
const PICTURE_MAY_LAG_MS = 1_500;

export interface ShownPart {
  id: string;
  sequence: number;
  partNumber: string;
  serial: string;
  verdict: InspectionItem['verdict'];
  cause: InspectionItem['cause'];
  score: number | null;
  goodBelow: number | null;
  badAbove: number | null;
  triggeredAt: string;
  images: InspectionItem['images'];
  /** Null until the record has come, a moment after the picture. */
  record: InspectionItem | null;
  /** When its live picture came to the server; null for a part that is shown from its record. */
  pictureAt: string | null;
}

/**
 * The part to show: the one of the newest picture, unless its record says that a later one has no picture.
 * Picture and verdict are always those of one part.
 */
export function shownPart(picture: LivePart | null, recent: readonly InspectionItem[]): ShownPart | null {
  const newest = recent[0] ?? null;
  if (picture === null || (newest !== null && isLater(newest, picture))) return newest === null ? null : ofRecord(newest);
  return ofPicture(picture, recent.find((part) => part.id === picture.inspection) ?? null);
}

function isLater(record: InspectionItem, picture: LivePart): boolean {
  const by = Date.parse(record.triggered_at) - Date.parse(picture.triggered_at);
  return by > 0 && record.id !== picture.inspection && (record.verdict === 'no_read' || by > PICTURE_MAY_LAG_MS);
}

function ofRecord(record: InspectionItem): ShownPart {
  return {
    id: record.id,
    sequence: record.sequence,
    partNumber: record.part_number,
    serial: record.serial,
    verdict: record.final_verdict,
    cause: record.cause,
    score: record.score,
    goodBelow: record.good_below,
    badAbove: record.bad_above,
    triggeredAt: record.triggered_at,
    images: record.images,
    record,
    pictureAt: null,
  };
}

function ofPicture(picture: LivePart, record: InspectionItem | null): ShownPart {
  const frame = { role: 'frame' as const, sha256: '', url: picture.frame, available: true };
  return {
    id: picture.inspection,
    sequence: picture.sequence,
    partNumber: picture.part_number,
    serial: picture.serial,
    verdict: record?.final_verdict ?? picture.verdict,
    cause: picture.cause,
    score: picture.score,
    goodBelow: picture.good_below,
    badAbove: picture.bad_above,
    triggeredAt: picture.triggered_at,
    images: picture.heat === null ? [frame] : [frame, { role: 'heat', sha256: '', url: picture.heat, available: true }],
    record,
    pictureAt: picture.received_at,
  };
}
