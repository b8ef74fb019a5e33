import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { VERDICT_ICON, VERDICTS } from '@/components/verdicts';
import { MoreFilters } from '@/features/inspections/MoreFilters';
import { PlaceFilter } from '@/features/inspections/PlaceFilter';
import { isFiltered, withFilter, type InspectionSearch } from '@/features/inspections/search';
import { SearchBox } from '@/features/inspections/SearchBox';
import classes from '@/features/inspections/Filters.module.css';

const route = getRouteApi('/signed-in/inspections');

const SELDOM = ['mode', 'part_number', 'model', 'defect', 'from', 'to', 'lowest_score', 'highest_score'] as const;

/** The filters are links and fields of one address: it says what is shown, and can be kept, sent and reloaded. */
export function Filters({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const seldom = SELDOM.filter((name) => search[name] !== undefined).length;
  const [more, setMore] = useState(seldom > 0);
  const choose = <Name extends keyof InspectionSearch>(name: Name, value: InspectionSearch[Name] | '') =>
    void navigate({ search: (now) => withFilter(now, name, value), replace: name === 'find' });
  return (
    <div className={classes.filters}>
      <div className={classes.row}>
        <div className={classes.find}>
          <SearchBox value={search.find ?? ''} onFind={(text) => choose('find', text)} onLeave={onLeave} />
        </div>
        <PlaceFilter value={search.place} onChoose={(place) => choose('place', place)} />
        <Verdicts search={search} />
        <button type="button" className={classes.toggle} aria-expanded={more} onClick={() => setMore(!more)}>
          {t('inspections.more')} {seldom > 0 && <b>{seldom}</b>}
        </button>
        {isFiltered(search) && (
          <Link to="/inspections" className={classes.clear}>
            {t('inspections.clear')}
          </Link>
        )}
      </div>
      {more && <MoreFilters search={search} choose={choose} />}
    </div>
  );
}

/** One verdict or all. The one that is chosen leads to where we are. */
function Verdicts({ search }: { search: InspectionSearch }) {
  const { t } = useTranslation();
  return (
    <nav className={classes.chips} aria-label={t('inspections.by_verdict')}>
      <Link
        to="/inspections"
        search={withFilter(search, 'verdict', '')}
        className={classes.chip}
        data-chosen={search.verdict === undefined || undefined}
        activeOptions={{ exact: true }}
      >
        {t('inspections.any')}
      </Link>
      {VERDICTS.map((verdict) => {
        const Icon = VERDICT_ICON[verdict];
        return (
          <Link
            key={verdict}
            to="/inspections"
            search={withFilter(search, 'verdict', verdict)}
            className={classes.chip}
            data-chosen={search.verdict === verdict || undefined}
            activeOptions={{ exact: true }}
          >
            <Icon /> {t(`verdict.${verdict}`)}
          </Link>
        );
      })}
    </nav>
  );
}
