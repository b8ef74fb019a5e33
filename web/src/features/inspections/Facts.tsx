import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api/types';
import { Fact, FactList } from '@/components/FactList';
import { ModeBadge } from '@/components/ModeBadge';
import { Panel } from '@/components/Panel';
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
    <Panel id="facts-title" title={t('facts.title')}>
      <FactList>
        <Fact name={t('facts.part_number')}>{part.part_number}</Fact>
        <Fact name={t('facts.serial')}>{part.serial}</Fact>
        <Fact name={t('facts.triggered')}>{dateAndTime(face, part.triggered_at)}</Fact>
        <Fact name={t('live.mode')}>
          <ModeBadge mode={part.mode} />
        </Fact>
        <Fact name={t('facts.model')}>{part.model?.name}</Fact>
        <Fact name={t('facts.recipe')}>
          {part.recipe_revision > 0 && t('facts.revision', { revision: part.recipe_revision })}
        </Fact>
        <Fact name={t('facts.package')} mono>
          {part.package.slice(0, 12)}
        </Fact>
      </FactList>
      <Defects part={part} />
      <Latency part={part} />
    </Panel>
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
