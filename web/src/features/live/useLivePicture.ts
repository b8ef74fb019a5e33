import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { answer, client } from '@/api/client';
import { useStreamEvents } from '@/api/stream';
import type { LivePart } from '@/api/types';
import type { StreamEvent } from '@/lib/sse';

/** The server lets the gateway send for 15 s after each question. */
const ASKED_EVERY_MS = 5_000;

function livePictureQuery(station: string) {
  return queryOptions({
    queryKey: ['live', 'picture', station],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/stations/{station}/live-picture', { params: { path: { station } }, signal })),
    // To ask is to look: a page that nobody sees stops asking, and its gateway stops sending.
    refetchInterval: ASKED_EVERY_MS,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: 'always',
    structuralSharing: false,
    gcTime: 0,
  });
}

export interface LivePicture {
  /** Whether pictures of good parts come at all; null until the server has said. */
  supported: boolean | null;
  part: LivePart | null;
}

/** The newest picture of a station, for as long as the component is shown. */
export function useLivePicture(station: string): LivePicture {
  const { data, isFetching, refetch } = useQuery(livePictureQuery(station));
  const [announced, setAnnounced] = useState<string | null>(null);
  const asked = useRef<string | null>(null);
  useStreamEvents(
    useCallback(
      ({ event, data: text }: StreamEvent) => {
        if (event !== 'preview') return;
        const preview = JSON.parse(text) as { station: string; inspection: string };
        if (preview.station === station) setAnnounced(preview.inspection);
      },
      [station],
    ),
  );
  useEffect(() => {
    // One question at a time, however fast pictures come: a slow network gets fewer of them, not older ones.
    if (announced === null || isFetching || announced === asked.current || document.hidden) return;
    asked.current = announced;
    void refetch();
  }, [announced, isFetching, refetch]);
  return {
    supported: data?.supported ?? null,
    part: data?.part ?? null,
  };
}
