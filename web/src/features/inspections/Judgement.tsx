import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api/types';
import { Panel } from '@/components/Panel';
import { Recorded } from '@/components/Recorded';
import { ScoreScale } from '@/components/ScoreScale';
import { useFigures } from '@/components/useFigures';
import { useOutputWords } from '@/components/useOutputWords';
import { useWordsOf } from '@/components/useWordsOf';
import { VerdictMark } from '@/components/VerdictMark';
import classes from '@/features/inspections/Judgement.module.css';

/** The verdict, why, and what the line did with the part. */
export function Judgement({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const output = useOutputWords();
  const words = useWordsOf();
  const corrected = part.final_verdict !== part.verdict;
  return (
    <Panel id="judgement-title" title={t('inspection.verdict')} titleHidden verdict={part.final_verdict}>
      <div className={classes.head}>
        <VerdictMark verdict={part.final_verdict} size="xl" />
        {part.score !== null && (
          <p className={classes.score}>
            <span>{t('score.name')}</span> <b>{figures.score(part.score)}</b>
          </p>
        )}
      </div>
      {corrected && (
        <p className={classes.corrected}>{t('inspection.corrected', { verdict: t(`verdict.${part.verdict}`) })}</p>
      )}
      {part.verdict === 'no_read' && (
        <p className={classes.cause}>
          <b>{t(`cause.${part.cause ?? 'unknown'}`)}</b>
          <Recorded>{part.detail}</Recorded>
        </p>
      )}
      {part.optics.map((mark) => (
        <p key={mark.code} className={classes.cause}>
          {words.optics(mark.code)}
          <Recorded>{mark.sentence}</Recorded>
        </p>
      ))}
      {part.score !== null && part.good_below !== null && part.bad_above !== null && (
        <ScoreScale score={part.score} goodBelow={part.good_below} badAbove={part.bad_above} />
      )}
      <p className={classes.output}>
        {output(part.output)}
        {part.output?.trigger_to_output_ms != null && (
          <> · {t('output.after', { time: figures.ms(part.output.trigger_to_output_ms) })}</>
        )}
      </p>
    </Panel>
  );
}
