import { useTranslation } from 'react-i18next';
import type { Gateway } from '@/api/types';
import classes from '@/features/gateways/RevisionWords.module.css';

/** What a gateway runs against what it is to run, in a line. */
export function RevisionWords({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const { desired_revision: wanted, reported } = gateway;
  const runs = reported?.active_revision ?? 0;
  if (wanted === 0) return <span className={classes.none}>{t('gateways.nothing_rolled_out')}</span>;
  if (runs === wanted) return <span>{t('gateways.revision', { revision: runs })}</span>;
  const under = reported?.target_revision === wanted ? reported.stage : 'idle';
  return (
    <span className={classes.differs}>
      {runs === 0 ? t('gateways.runs_nothing') : t('gateways.revision', { revision: runs })}
      <small>{t('gateways.wanted', { revision: wanted, stage: t(`gateways.stage.${under}`) })}</small>
    </span>
  );
}
