import type { ComponentType, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Gateway } from '@/api/types';
import { DisconnectedIcon, InTouchIcon, RevokedIcon, UnknownIcon, type IconProps } from '@/components/icons';
import { useClockface } from '@/components/useClockface';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import classes from '@/features/gateways/StatusMark.module.css';

const ICON: Record<Gateway['status'], ComponentType<IconProps>> = {
  waiting: UnknownIcon,
  online: InTouchIcon,
  offline: DisconnectedIcon,
  revoked: RevokedIcon,
};

interface Props {
  gateway: Gateway;
  /** What else is said below the word. */
  children?: ReactNode;
}

/** Whether a gateway is in touch, in a word, and since when it is not. */
export function StatusMark({ gateway, children }: Props) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const Icon = ICON[gateway.status];
  const since = gateway.status === 'revoked' ? gateway.revoked_at : gateway.offline_since;
  return (
    <span className={classes.mark} data-status={gateway.status}>
      <Icon className={classes.icon} />
      <span>
        {t(`gateways.status.${gateway.status}`)}
        {since !== null && <small>{t('alarms.since', { time: nearTime(face, since, now) })}</small>}
        {gateway.status === 'waiting' && <small>{t(hasCode(gateway, now) ? 'gateways.code_open' : 'gateways.code_none')}</small>}
        {children}
      </span>
    </span>
  );
}

/** Whether somebody can still join with a code that was made. */
export function hasCode(gateway: Gateway, now: number): boolean {
  return gateway.claim_until !== null && now < Date.parse(gateway.claim_until);
}
