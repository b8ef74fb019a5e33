import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, Problem, type Fetched } from '@/api/client';
import { newest, tagOf } from '@/api/tags';

/** The header parameters of an edit: which state of the thing the person has seen, or that they saw none. */
export interface Seen {
  'If-Match'?: string;
  'If-None-Match'?: '*';
}

interface Options<Change, Data> {
  /** The address that the thing was read from. */
  path: string;
  send: (change: Change, seen: Seen) => Promise<Fetched<Data>>;
  onSaved?: (saved: Data) => unknown;
}

/**
 * Saves what a form holds over the state that it was opened with. Where somebody else was quicker, nothing is written:
 * show `EditProblem`, which offers to reload or to keep what is in the form. The same goes for a thing that was not there
 * when the form was opened, and that somebody else has made since.
 */
export function useEdit<Change, Data>({ path, send, onSaved }: Options<Change, Data>) {
  // Of the state that the form was opened with: what is read behind its back later is not what the person has seen.
  const [opened, setOpened] = useState(() => tagOf(path));
  const { mutate, ...saving } = useMutation({
    mutationFn: ({ change, tag }: { change: Change; tag: string | undefined }) =>
      answer(send(change, tag === undefined ? { 'If-None-Match': '*' } : { 'If-Match': tag })),
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

/** Whether somebody else was quicker, and nothing was saved. */
export function isChangedMeanwhile(error: Error | null): error is Problem {
  return error instanceof Problem && error.code === 'changed_meanwhile';
}
