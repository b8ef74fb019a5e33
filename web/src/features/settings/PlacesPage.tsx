import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useFigures } from '@/components/useFigures';
import { useMay } from '@/components/useMay';
import { Card } from '@/components/Card';
import { NewPlace } from '@/features/settings/NewPlace';
import { PlaceCards } from '@/features/settings/PlaceCards';
import { placeTree, type PlaceNode } from '@/components/places';
import page from '@/features/settings/Page.module.css';
import classes from '@/features/settings/Places.module.css';

const route = getRouteApi('/signed-in/settings/places');

/** The plant as a tree, and the place that is open. */
export function PlacesPage() {
  const { t } = useTranslation();
  const { place: open } = route.useSearch();
  const list = useQuery(placesQuery);
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay().everywhere('configure');
  const places = list.data?.items;
  const chosen = places?.find((place) => place.id === open);
  const empty = places?.length === 0;
  return (
    <>
      <PageHead title={t('places.title')}>
        {mayAdd && !adding && !empty && (
          <Button variant="default" onClick={() => setAdding(true)}>
            {t('places.add_top')}
          </Button>
        )}
      </PageHead>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {empty && !mayAdd && <p className={page.teaching}>{t('places.none_seen')}</p>}
      {places !== undefined && mayAdd && (adding || empty) && (
        <Card title={t(empty ? 'places.first' : 'places.add_top')} what={t(empty ? 'places.first_what' : 'places.add_top_what')}>
          <NewPlace parent={null} onDone={() => setAdding(false)} {...(empty ? {} : { onCancel: () => setAdding(false) })} />
        </Card>
      )}
      {places !== undefined && places.length > 0 && (
        <div className={classes.split}>
          <nav className={classes.tree} aria-label={t('places.tree')}>
            <Branch nodes={placeTree(places)} />
          </nav>
          <div className={classes.open}>
            {chosen === undefined ? (
              <p className={classes.choose}>{t('places.choose')}</p>
            ) : (
              <PlaceCards key={chosen.id} id={chosen.id} places={places} />
            )}
          </div>
        </div>
      )}
    </>
  );
}

function Branch({ nodes }: { nodes: readonly PlaceNode[] }) {
  const { t } = useTranslation();
  const figures = useFigures();
  return (
    <ul>
      {nodes.map(({ place, below }) => (
        <li key={place.id}>
          <Link to="/settings/places" search={{ place: place.id }} className={classes.node} activeProps={{ 'aria-current': 'true' }}>
            <b>{place.name}</b>
            <small>
              {t(`places.kind.${place.kind}`)}
              {place.timezone !== null && <> · {place.timezone}</>}
              {place.oee_target !== null && <> · {t('places.target_short', { target: figures.percent(place.oee_target) })}</>}
            </small>
          </Link>
          {below.length > 0 && <Branch nodes={below} />}
        </li>
      ))}
    </ul>
  );
}
