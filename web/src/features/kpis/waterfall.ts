import type { Losses } from '@/api/types';

export interface WaterfallStep {
  name: 'planned' | 'stops' | 'unknown' | 'running' | 'speed' | 'quality' | 'valuable';
  /** False for what is left after the losses above it. */
  loss: boolean;
  seconds: number;
  /** Shares of the planned time, where its bar begins and how long it is; never outside it. */
  start: number;
  width: number;
}

const kept = (share: number) => Math.min(1, Math.max(0, share));

/** Each loss begins where the one before it ended. Without an ideal cycle time it ends with the running time. */
export function waterfall(losses: Losses): WaterfallStep[] {
  const { planned } = losses;
  let left = planned;
  const stand = (name: WaterfallStep['name'], seconds: number): WaterfallStep => ({
    name,
    loss: false,
    seconds,
    start: 0,
    width: kept(seconds / planned),
  });
  const lose = (name: WaterfallStep['name'], seconds: number): WaterfallStep => {
    const before = kept(left / planned);
    left -= seconds;
    const after = kept(left / planned);
    return { name, loss: true, seconds, start: Math.min(before, after), width: Math.abs(before - after) };
  };
  const steps = [stand('planned', planned), lose('stops', losses.stops), lose('unknown', losses.unknown), stand('running', losses.running)];
  if (losses.speed === null || losses.quality === null || losses.valuable === null) return steps;
  return [...steps, lose('speed', losses.speed), lose('quality', losses.quality), stand('valuable', losses.valuable)];
}
