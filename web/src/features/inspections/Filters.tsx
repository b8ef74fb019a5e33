import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import { VERDICT_ICON, VERDICTS } from '@/components/verdicts';
import { MoreFilters } from '@/features/inspections/MoreFilters';
import { isFiltered, withFilter, type InspectionSearch } from '@/features/inspections/search';
import { SearchBox } from '@/features/inspections/SearchBox';
import classes from '@/features/inspections/Filters.module.css';

const route = getRouteApi('/signed-in/inspections');

const SELDOM = ['mode', 'part_number', 'model', 'defect', 'from', 'to', 'lowest_score', 'highest_score'] as const;
const DEPTH = { enterprise: 0, site: 0, area: 1, line: 1, station: 2 } as const;

/** The filters are links and fields of one address: it says what is shown, and can be kept, sent and reloaded. */
export function Filters({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const places = useQuery(placesQuery);
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
        <NativeSelect
          className={classes.place ?? ''}
          aria-label={t('inspections.place')}
          value={search.place ?? ''}
          onChange={(event) => choose('place', event.currentTarget.value)}
          data={[
            { value: '', label: t('inspections.every_place') },
            ...inTree(places.data?.items ?? []).map(({ id, name, kind }) => ({
              value: id,
              label: `${'\u2003'.repeat(DEPTH[kind])}${name}`,
            })),
          ]}
        />
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

interface Node {
  id: string;
  parent: string | null;
}

/** Each place followed by what lies in it. */
function inTree<Place extends Node>(places: readonly Place[], parent: string | null = null): Place[] {
  return places.filter((place) => place.parent === parent).flatMap((place) => [place, ...inTree(places, place.id)]);
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
