import type { ComponentType } from 'react';
import {
  BlockedIcon,
  BypassIcon,
  DisconnectedIcon,
  FaultIcon,
  PlannedStopIcon,
  RunningIcon,
  StarvedIcon,
  UnknownIcon,
  type IconProps,
} from '@/components/icons';
import type { ConditionKey } from '@/features/live/condition';

export const CONDITION_ICON: Record<ConditionKey, ComponentType<IconProps>> = {
  silent: DisconnectedIcon,
  offline: DisconnectedIcon,
  unwired: DisconnectedIcon,
  bypass: BypassIcon,
  fault: FaultIcon,
  blocked: BlockedIcon,
  starved: StarvedIcon,
  unknown: UnknownIcon,
  planned_stop: PlannedStopIcon,
  running: RunningIcon,
};
