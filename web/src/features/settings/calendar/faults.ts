import { createContext, useContext } from 'react';

/** What is wrong, in words, by the way to the field in the draft. */
export type FaultWords = ReadonlyMap<string, string>;

const Faults = createContext<FaultWords>(new Map());

export const FaultsProvider = Faults.Provider;

/** What is wrong with a field, if anything. */
export function useFault(): (where: string) => string | undefined {
  const words = useContext(Faults);
  return (where) => words.get(where);
}
