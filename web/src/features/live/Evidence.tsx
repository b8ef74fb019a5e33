import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Evidence as Shown, LiveStation } from '@/api/types';
import { Panel } from '@/components/Panel';
import { useFigures } from '@/components/useFigures';
import { evidenceQuery, recipesQuery } from '@/features/live/queries';
import { atMost, recipeFor } from '@/features/live/evidence';
import classes from '@/features/live/Evidence.module.css';

/** Of a station that observes: what its parts have shown of the recipe so far, and what it still takes to reject. */
export function Evidence({ station }: { station: LiveStation }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { data: recipes } = useQuery(recipesQuery(station.station.id));
  const recipe = recipeFor(recipes?.items ?? [], station.part_number);
  const { data: shown } = useQuery({ ...evidenceQuery(recipe?.id ?? ''), enabled: recipe !== null });
  if (recipe === null || shown === undefined) return null;
  return (
    <Panel
      id="evidence-title"
      title={t('evidence.title')}
      aside={
        <>
          <p>
            {t('evidence.of', {
              count: shown.observed,
              parts: figures.count(shown.observed),
              part_number: recipe.part_number === '*' ? t('evidence.any_part') : recipe.part_number,
              revision: recipe.revision,
            })}
          </p>
          <Link to="/inspections" search={{ place: station.station.id, mode: 'observe' }} className={classes.review}>
            {t('evidence.review')}
          </Link>
        </>
      }
    >
      <dl className={classes.facts}>
        <Rejected shown={shown} />
        <Passed shown={shown} />
        <Missing shown={shown} />
        <Limits shown={shown} goodBelow={recipe.good_below} badAbove={recipe.bad_above} />
      </dl>
    </Panel>
  );
}

function Rejected({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { false_reject_rate_upper: ofAll, overkill_rate_upper: ofGood } = shown;
  return (
    <Fact name={t('evidence.rejected')} value={ofAll === null ? null : t('evidence.below', { share: figures.percent(atMost(ofAll)) })}>
      {t('evidence.rejected_what', { count: shown.false_rejects_at_most, parts: figures.count(shown.observed) })}{' '}
      {ofGood !== null && t('evidence.rejected_of_good', { share: figures.percent(atMost(ofGood)) })}
    </Fact>
  );
}

function Passed({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { passed_bad_upper: bound } = shown;
  return (
    <Fact name={t('evidence.passed')} value={bound === null ? null : t('evidence.below', { share: figures.percent(atMost(bound)) })}>
      {bound === null
        ? t('evidence.passed_unknown')
        : t('evidence.passed_what', { count: shown.passed_bad, parts: figures.count(shown.passed_reviewed) })}{' '}
      {shown.reviewed_bad > 0 &&
        t('evidence.escapes', { count: shown.escapes, parts: figures.count(shown.reviewed_bad) })}
    </Fact>
  );
}

function Missing({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const { needed } = shown;
  const enough = shown.reviewed >= needed.reviewed && shown.reviewed_good >= needed.good && shown.reviewed_bad >= needed.bad;
  const next = enough ? t('evidence.too_lax') : t('evidence.more', { good: needed.good });
  return (
    <Fact name={t('evidence.reviewed')} value={t('evidence.reviewed_of', { reviewed: shown.reviewed, needed: needed.reviewed })}>
      {t('evidence.reviewed_what', { good: shown.reviewed_good, bad: shown.reviewed_bad })}{' '}
      {shown.may_promote ? t('evidence.may') : next}
    </Fact>
  );
}

function Limits({ shown, goodBelow, badAbove }: { shown: Shown; goodBelow: number; badAbove: number }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const said = (good: number, bad: number) => t('evidence.limits_are', { good: figures.score(good), bad: figures.score(bad) });
  return (
    <Fact name={t('evidence.limits')} value={shown.suggested && said(shown.suggested.good_below, shown.suggested.bad_above)}>
      {shown.suggested === null && <>{t('evidence.limits_not_yet')} </>}
      {t('evidence.limits_now', { limits: said(goodBelow, badAbove) })}
    </Fact>
  );
}

function Fact({ name, value, children }: { name: string; value: string | null; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={classes.value}>{value ?? '–'}</dd>
      <dd className={classes.what}>{children}</dd>
    </div>
  );
}
