import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api/types';
import { useFigures } from '@/components/useFigures';
import classes from '@/features/inspections/Facts.module.css';

/** The regions of the picture in words, the worst first: what the frames in it say to whoever cannot see them. */
export function Defects({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const figures = useFigures();
  if (part.defects.length === 0) return null;
  const worstFirst = [...part.defects].sort((a, b) => b.score - a.score);
  const isBelow = part.defects.some((region) => region.below_threshold);
  return (
    <div className={classes.latency}>
      <h3>{t(isBelow ? 'facts.strongest_place' : 'facts.defects')}</h3>
      {isBelow && <p className={classes.note}>{t('facts.below_threshold')}</p>}
      <ul>
        {worstFirst.map((region, index) => (
          <li key={index}>
            {region.kind === '' ? t('facts.unnamed_defect') : region.kind} <b>{figures.score(region.score)}</b>,{' '}
            {t('facts.region', { width: region.width, height: region.height, x: region.x, y: region.y })}
          </li>
        ))}
      </ul>
    </div>
  );
}
