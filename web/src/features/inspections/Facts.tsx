import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api/types';
import { ModeBadge } from '@/components/ModeBadge';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { dateAndTime } from '@/lib/time';
import { Defects } from '@/features/inspections/Defects';
import classes from '@/features/inspections/Facts.module.css';

/** What the verdict stands on: part, recipe, model, and where the time went. */
export function Facts({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const face = useClockface();
  return (
    <div className={classes.facts}>
      <h2 id="facts-title">{t('facts.title')}</h2>
      <dl>
        <Fact name={t('facts.part_number')} value={part.part_number} />
        <Fact name={t('facts.serial')} value={part.serial} />
        <Fact name={t('facts.triggered')} value={dateAndTime(face, part.triggered_at)} />
        <div>
          <dt>{t('live.mode')}</dt>
          <dd>
            <ModeBadge mode={part.mode} />
          </dd>
        </div>
        <Fact name={t('facts.model')} value={part.model?.name ?? ''} />
        <Fact
          name={t('facts.recipe')}
          value={part.recipe_revision === 0 ? '' : t('facts.revision', { revision: part.recipe_revision })}
        />
        <Fact name={t('facts.package')} value={part.package.slice(0, 12)} mono />
      </dl>
      <Defects part={part} />
      <Latency part={part} />
    </div>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string; mono?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-mono={mono || undefined}>{value === '' ? '–' : value}</dd>
    </div>
  );
}

function Latency({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const figures = useFigures();
  if (part.stages.length === 0) return null;
  const total = part.stages.reduce((sum, stage) => sum + stage.ms, 0);
  return (
    <div className={classes.latency}>
      <h3>
        {t('facts.latency')} <b>{figures.ms(part.latency_ms ?? total)}</b>
      </h3>
      <div className={classes.bar} aria-hidden="true">
        {part.stages.map((stage) => (
          <span key={stage.stage} style={{ flexGrow: stage.ms }} />
        ))}
      </div>
      <ol>
        {part.stages.map((stage) => (
          <li key={stage.stage}>
            {t(`stage.${stage.stage}`, { defaultValue: stage.stage })} <b>{figures.ms(stage.ms)}</b>
          </li>
        ))}
      </ol>
    </div>
  );
}
