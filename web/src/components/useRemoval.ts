import { useMutation } from '@tanstack/react-query';

interface Options<Thing> {
  remove: (thing: Thing) => Promise<unknown>;
  /** Make it again as it was. Send `If-None-Match: *`: what somebody has put there since is not overwritten. */
  putBack: (thing: Thing) => Promise<unknown>;
  /** After either, whether it worked or not. */
  onSettled: () => unknown;
}

/** A removal that is not asked about, for it can be taken back on the spot: show `Undo` for what is `removed`. */
export function useRemoval<Thing>({ remove, putBack, onSettled }: Options<Thing>) {
  const removal = useMutation({ mutationFn: remove, onSettled });
  const back = useMutation({ mutationFn: putBack, onSuccess: () => removal.reset(), onSettled });
  return {
    remove: (thing: Thing) => {
      back.reset();
      removal.mutate(thing);
    },
    removing: removal.isPending ? removal.variables : undefined,
    /** The last thing that was removed, unless it is back. */
    removed: removal.isSuccess ? removal.variables : undefined,
    putBack: back.mutate,
    isBackPending: back.isPending,
    error: removal.error ?? back.error,
  };
}
