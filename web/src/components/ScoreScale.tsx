import { useTranslation } from 'react-i18next';
import { useFigures } from '@/components/useFigures';
import { BAD_START, GOOD_END, scorePosition } from '@/lib/score';
import classes from '@/components/ScoreScale.module.css';

interface Props {
  score: number;
  goodBelow: number;
  badAbove: number;
}

/** The score where it stands between the two thresholds: a number alone says nothing. */
export function ScoreScale({ score, goodBelow, badAbove }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const at = scorePosition(score, { goodBelow, badAbove });
  const zone = score < goodBelow ? 'good' : score <= badAbove ? 'unsure' : 'bad';
  return (
    <div
      className={classes.scale}
      role="img"
      aria-label={t('score.said', {
        score: figures.score(score),
        good: figures.score(goodBelow),
        bad: figures.score(badAbove),
      })}
    >
      <div className={classes.zones}>
        <span className={classes.good} style={{ width: `${GOOD_END * 100}%` }} data-here={zone === 'good' || undefined}>
          {t('verdict.good')}
        </span>
        <span
          className={classes.unsure}
          style={{ width: `${(BAD_START - GOOD_END) * 100}%` }}
          data-here={zone === 'unsure' || undefined}
        >
          {t('verdict.unsure')}
        </span>
        <span className={classes.bad} data-here={zone === 'bad' || undefined}>
          {t('verdict.bad')}
        </span>
      </div>
      <div className={classes.track}>
        <span className={classes.limit} style={{ left: `${GOOD_END * 100}%` }} />
        <span className={classes.limit} style={{ left: `${BAD_START * 100}%` }} />
        <span className={classes.needle} data-zone={zone} style={{ left: `${at * 100}%` }} />
      </div>
      <div className={classes.labels}>
        <span className={classes.before} style={{ left: `${GOOD_END * 100}%` }}>
          {figures.score(goodBelow)}
        </span>
        <span style={{ left: `${BAD_START * 100}%` }}>{figures.score(badAbove)}</span>
      </div>
    </div>
  );
}
