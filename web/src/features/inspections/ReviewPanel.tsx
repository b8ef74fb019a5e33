import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Inspection } from '@/api/types';
import { BadIcon, GoodIcon } from '@/components/icons';
import { Key } from '@/components/Key';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { useMay } from '@/components/useMay';
import { useNow } from '@/lib/now';
import { dateAndTime, nearTime } from '@/lib/time';
import { inspectionQuery } from '@/features/inspections/queries';
import { useKeys } from '@/features/inspections/useKeys';
import classes from '@/features/inspections/ReviewPanel.module.css';

type Judgement = 'good' | 'bad';

const JUDGEMENTS = [
  ['good', GoodIcon, 'G'],
  ['bad', BadIcon, 'B'],
] as const;

/** One key, saved at once. The other key takes it back: nothing is asked twice. */
export function ReviewPanel({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const queries = useQueryClient();
  const mayReview = useMay().at('review', part.station);
  const review = useMutation({
    mutationFn: (verdict: Judgement) =>
      answer(
        client.POST('/api/inspections/{inspection}/reviews', {
          params: { path: { inspection: part.id } },
          body: { verdict, note: '' },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries(inspectionQuery(part.id));
      // The lists hear of the new verdict from the stream, like everyone else's.
      void queries.invalidateQueries({ queryKey: ['inspections', 'counts'] });
      void queries.invalidateQueries({ queryKey: ['live'] });
    },
  });
  const decide = (verdict: Judgement) => {
    if (!review.isPending) review.mutate(verdict);
  };
  useKeys(mayReview ? { g: () => decide('good'), b: () => decide('bad') } : {});
  // Oldest first: the last one counts.
  const latest = part.reviews.at(-1) ?? null;
  return (
    <Panel id="review-title" title={t('review.title')}>
      {mayReview && (
        <div className={classes.buttons}>
          {JUDGEMENTS.map(([verdict, Icon, key]) => (
            <button
              key={verdict}
              type="button"
              className={classes.button}
              data-verdict={verdict}
              aria-pressed={latest?.verdict === verdict}
              aria-keyshortcuts={key}
              disabled={review.isPending}
              onClick={() => decide(verdict)}
            >
              <Icon /> {t(`verdict.${verdict}`)} <Key>{key}</Key>
            </button>
          ))}
        </div>
      )}
      <p className={classes.said} role="status">
        {latest === null
          ? t('review.none')
          : t('review.by', {
              verdict: t(`verdict.${latest.verdict}`),
              name: latest.by,
              time: nearTime(face, latest.at, now),
            })}
      </p>
      {part.reviews.length > 1 && <Earlier reviews={part.reviews.slice(0, -1)} />}
      {review.error !== null && <ProblemNotice error={review.error} />}
    </Panel>
  );
}

/** What was said before, newest first. It no longer counts, and is never forgotten. */
function Earlier({ reviews }: { reviews: Inspection['reviews'] }) {
  const { t } = useTranslation();
  const face = useClockface();
  return (
    <details className={classes.earlier}>
      <summary>{t('review.earlier', { count: reviews.length })}</summary>
      <ol>
        {[...reviews].reverse().map((review) => (
          <li key={review.id}>
            {t('review.by', {
              verdict: t(`verdict.${review.verdict}`),
              name: review.by,
              time: dateAndTime(face, review.at),
            })}
            {review.note !== '' && <q>{review.note}</q>}
          </li>
        ))}
      </ol>
    </details>
  );
}
