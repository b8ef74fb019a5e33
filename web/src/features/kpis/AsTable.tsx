import { useTranslation } from 'react-i18next';
import classes from '@/features/kpis/AsTable.module.css';

interface Props {
  /** The id of the chart's title. */
  of: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The figures of a chart as a table, for whoever cannot see the chart or wants the numbers. */
export function AsTable({ of, columns, rows }: Props) {
  const { t } = useTranslation();
  return (
    <details className={classes.table}>
      <summary id={`${of}-table`}>{t('line.as_table')}</summary>
      <div className={classes.scroll} tabIndex={0} role="region" aria-labelledby={`${of} ${of}-table`}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, index) => (
              <tr key={index}>
                {cells.map((cell, at) => (at === 0 ? <th key={at} scope="row">{cell}</th> : <td key={at}>{cell}</td>))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
