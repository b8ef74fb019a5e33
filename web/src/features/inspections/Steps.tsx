import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api/types';
import { NextIcon, PreviousIcon } from '@/components/icons';
import { Key } from '@/components/Key';
import { PageHead } from '@/components/PageHead';
import { KeyHelp } from '@/features/inspections/KeyHelp';
import { useKeys } from '@/features/inspections/useKeys';
import classes from '@/features/inspections/Steps.module.css';

/** Where this part is, and the parts before and after it at the same station. */
export function Steps({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // The list that the person came from; a link from elsewhere leads to the parts of this station.
  const list = useLocation({ select: ({ state }) => state.list }) ?? { place: part.station };
  const go = (id: string | null) => {
    if (id !== null) void navigate({ to: '/inspections/$id', params: { id }, state: { list } });
  };
  useKeys({
    ArrowLeft: () => go(part.previous),
    ArrowRight: () => go(part.next),
    Escape: () => void navigate({ to: '/inspections', search: list }),
  });
  return (
    <PageHead
      title={t('inspection.title', { sequence: part.sequence })}
      up={[
        <Link key="list" to="/inspections" search={list} title={`${t('inspection.to_list')} (Esc)`}>
          {t('inspections.title')}
        </Link>,
        <Link key="station" to="/stations/$id" params={{ id: part.station }}>
          {part.station_name}
        </Link>,
      ]}
    >
      <KeyHelp />
      <nav className={classes.move} aria-label={t('inspection.neighbours')}>
        <Step id={part.previous} label={t('inspection.previous')} atEnd={t('inspection.oldest')}>
          <PreviousIcon /> {t('inspection.back')} <Key hidden>←</Key>
        </Step>
        <Step id={part.next} label={t('inspection.next')} atEnd={t('inspection.newest')}>
          <Key hidden>→</Key> {t('inspection.on')} <NextIcon />
        </Step>
      </nav>
    </PageHead>
  );
}

interface StepProps {
  id: string | null;
  label: string;
  /** Said in its place where there is no such part. */
  atEnd: string;
  children: React.ReactNode;
}

function Step({ id, label, atEnd, children }: StepProps) {
  if (id === null) return <span className={classes.end}>{atEnd}</span>;
  return (
    <Link to="/inspections/$id" params={{ id }} state={(state) => state} className={classes.step} title={label}>
      {children}
    </Link>
  );
}
