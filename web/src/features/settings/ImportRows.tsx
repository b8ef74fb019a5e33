import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportResult, ImportRow } from '@/api/types';
import { BadIcon } from '@/components/icons';
import { useFigures } from '@/components/useFigures';
import classes from '@/features/settings/CsvImport.module.css';

const OUTCOMES = ['wrong', 'new', 'changed', 'unchanged'] as const;
const SHOWN_AT_ONCE = 200;

/** What a file would do, by what becomes of its rows; what is wrong comes first. */
export function ImportRows({ preview }: { preview: ImportResult }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { counts } = preview;
  const [outcome, setOutcome] = useState(() => OUTCOMES.find((one) => counts[one] > 0) ?? 'unchanged');
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const rows = preview.rows.filter((row) => row.outcome === outcome);
  return (
    <>
      <p role="status" className={classes.verdict} data-wrong={counts.wrong > 0 || undefined}>
        {counts.wrong > 0 && <BadIcon />}
        {said(counts)}
      </p>
      <div className={classes.outcomes} role="group" aria-label={t('import.outcomes')}>
        {OUTCOMES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === outcome}
            data-outcome={one}
            data-some={counts[one] > 0 || undefined}
            onClick={() => {
              setOutcome(one);
              setLimit(SHOWN_AT_ONCE);
            }}
          >
            <b>{figures.count(counts[one])}</b> {t(`import.outcome.${one}`)}
          </button>
        ))}
      </div>
      <div className={classes.rows} tabIndex={0} role="region" aria-label={t('import.rows')}>
        {rows.length === 0 && <p className={classes.none}>{t('import.none')}</p>}
        {rows.length > 0 && (
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col" className={classes.line}>
                  {t('import.line')}
                </th>
                <th scope="col">{t('import.row')}</th>
                <th scope="col">{t(outcome === 'wrong' ? 'import.what_is_wrong' : 'import.what_changes')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, limit).map((row) => (
                <tr key={row.line}>
                  <td className={classes.line}>{row.line}</td>
                  <td>{row.name}</td>
                  <td>{row.problem === null ? <Changes row={row} /> : <Wrong problem={row.problem} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {rows.length > limit && (
          <Button variant="subtle" onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>
            {t('import.more', { count: rows.length - limit })}
          </Button>
        )}
      </div>
    </>
  );

  function said({ wrong, new: added, changed }: ImportResult['counts']): string {
    if (wrong > 0) return t('import.correct', { count: wrong });
    return added + changed === 0 ? t('import.nothing') : t('import.all_right');
  }
}

function Changes({ row }: { row: ImportRow }) {
  const { t } = useTranslation();
  return row.changes.map((change) => (
    <div key={`${change.column} ${change.before} ${change.after}`} className={classes.change}>
      <code>{change.column}</code>
      {change.before !== '' && <del>{change.before}</del>}
      {change.after === '' ? <i>{t('import.taken_away')}</i> : <ins>{change.after}</ins>}
    </div>
  ));
}

function Wrong({ problem }: { problem: NonNullable<ImportRow['problem']> }) {
  const { t, i18n } = useTranslation();
  const key = `import.problem.${problem.code}`;
  const translated = i18n.exists(`${key}.cause`);
  const values = { value: problem.value };
  return (
    <div className={classes.wrong}>
      <code>{problem.column}</code> {translated ? t(`${key}.cause` as 'import.none', values) : problem.cause}
      <small>{translated ? t(`${key}.remedy` as 'import.none', values) : problem.remedy}</small>
    </div>
  );
}
