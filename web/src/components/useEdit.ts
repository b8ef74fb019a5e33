import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, Problem, type Fetched } from '@/api/client';
import { newest, tagOf } from '@/api/tags';

/** The header parameters of an edit. */
export interface Seen {
  'If-Match'?: string;
}

interface Options<Change, Data> {
  /** The address that the thing was read from. */
  path: string;
  send: (change: Change, seen: Seen) => Promise<Fetched<Data>>;
  onSaved?: (saved: Data) => unknown;
}

/**
 * Saves what a form holds over the state that it was opened with. Where somebody else was quicker, nothing is written:
 * show `EditProblem`, which offers to reload or to keep what is in the form.
 */
export function useEdit<Change, Data>({ path, send, onSaved }: Options<Change, Data>) {
  // Of the state that the form was opened with: what is read behind its back later is not what the person has seen.
  const [opened, setOpened] = useState(() => tagOf(path));
  const { mutate, ...saving } = useMutation({
    mutationFn: ({ change, tag }: { change: Change; tag: string | undefined }) =>
      answer(send(change, tag === undefined ? {} : { 'If-Match': tag })),
    onSuccess: async (saved) => {
      setOpened(tagOf(path));
      await onSaved?.(saved);
    },
  });
  const { error, variables } = saving;
  return {
    ...saving,
    save: (change: Change) => mutate({ change, tag: newest(opened) }),
    /** Save the same over what somebody else has made of the thing, as far as this person has been told. */
    keepMine: () => {
      if (error instanceof Problem && variables !== undefined) mutate({ change: variables.change, tag: error.tag });
    },
  };
}

/** Of somebody else's change, told in place of a saved form. */
export const CHANGED_MEANWHILE = 'changed_meanwhile';
