import type { ComponentType } from 'react';
import type { Verdict } from '@/api/types';
import { BadIcon, GoodIcon, NoReadIcon, UnsureIcon, type IconProps } from '@/components/icons';

export type Tone = 'normal' | 'bad' | 'warn' | 'unseen' | 'mode';

/** In the order in which they are always named. */
export const VERDICTS: readonly Verdict[] = ['good', 'bad', 'unsure', 'no_read'];

export const VERDICT_ICON: Record<Verdict, ComponentType<IconProps>> = {
  good: GoodIcon,
  bad: BadIcon,
  unsure: UnsureIcon,
  no_read: NoReadIcon,
};

export const VERDICT_TONE: Record<Verdict, Tone> = {
  good: 'normal',
  bad: 'bad',
  unsure: 'warn',
  no_read: 'unseen',
};
