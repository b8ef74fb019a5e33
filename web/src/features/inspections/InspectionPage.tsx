import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useStreamEvents } from '@/api/stream';
import type { Inspection, InspectionItem } from '@/api/types';
import { Loading } from '@/components/Loading';
import { ProblemNotice } from '@/components/Notice';
import type { StreamEvent } from '@/lib/sse';
import { Facts } from '@/features/inspections/Facts';
import { inspectionQuery, replaceInLists } from '@/features/inspections/queries';
import { ReviewPanel } from '@/features/inspections/ReviewPanel';
import { SerialHistory } from '@/features/inspections/SerialHistory';
import { Stage } from '@/features/inspections/Stage';
import { Steps } from '@/features/inspections/Steps';
import { Judgement } from '@/features/inspections/Judgement';
import classes from '@/features/inspections/InspectionPage.module.css';

const route = getRouteApi('/signed-in/inspections/$id');

/** The neighbours are fetched while this part is looked at, pictures included: the next one is there at once. */
function useNeighbours(part: Inspection | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    for (const id of [part?.previous, part?.next]) {
      if (id === null || id === undefined) continue;
      queries
        .query({ ...inspectionQuery(id), staleTime: 'static' })
        .then((neighbour) => {
          for (const image of neighbour.images) if (image.available) new Image().src = image.url;
        })
        // A neighbour that cannot be had now is asked for again, and reported, when it is opened.
        .catch(() => undefined);
    }
  }, [part, queries]);
}

/** Asks again when the stream speaks of this part, or of a station whose newest part this was. */
function useUpdates(part: Inspection | undefined): void {
  const queries = useQueryClient();
  const onEvent = useCallback(
    ({ event, data }: StreamEvent) => {
      const told = event === 'inspection' ? (JSON.parse(data) as InspectionItem) : null;
      if (told !== null) replaceInLists(queries, told);
      if (part === undefined) return;
      const follows = part.next === null && told?.station === part.station;
      if (event === 'reset' || told?.id === part.id || follows) void queries.invalidateQueries(inspectionQuery(part.id));
    },
    [part, queries],
  );
  useStreamEvents(onEvent);
}

/** One look at one part: what was seen, what was decided and by what, and what the line did. */
export function InspectionPage() {
  const { id } = route.useParams();
  const { data: part, error, refetch } = useQuery(inspectionQuery(id));
  useNeighbours(part);
  useUpdates(part);

  if (error !== null && part === undefined) return <ProblemNotice error={error} wholePage list="/inspections" onRetry={() => void refetch()} />;
  if (part === undefined) return <Loading />;
  return (
    <div className={classes.page}>
      <div className={classes.left}>
        <Steps part={part} />
        <Stage part={part} />
      </div>
      <div className={classes.right}>
        <Judgement part={part} />
        <ReviewPanel part={part} />
        <Facts part={part} />
        <SerialHistory part={part} />
      </div>
    </div>
  );
}
