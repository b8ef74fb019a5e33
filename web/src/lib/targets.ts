/**
 * What a figure is held against where the plant has set no target of its own: the customary world-class figures
 * (S. Nakajima, Introduction to TPM, 1988: availability 90 %, performance 95 %, quality 99.9 %).
 */
export const TARGETS = {
  availability: 0.9,
  effectiveness: 0.95,
  quality: 0.999,
  oee: 0.9 * 0.95 * 0.999,
} as const;

/** The target that the plant has set for a place goes before the customary one. */
export function targetsOf(kpis: { oee_target: number | null } | undefined): Record<keyof typeof TARGETS, number> {
  return { ...TARGETS, oee: kpis?.oee_target ?? TARGETS.oee };
}

export type Figure = keyof typeof TARGETS;

export type Standing = 'unknown' | 'met' | 'short' | 'far';

/** A figure under four fifths of its target is worth a colour; just short of it is worth a word. */
export function standing(value: number | null, target: number): Standing {
  if (value === null) return 'unknown';
  if (value >= target) return 'met';
  return value >= 0.8 * target ? 'short' : 'far';
}
