import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

const PAUSE_MS = 300;

/**
 * What a person types into a search field: told to `onTyped`, without spaces around it, once they pause. It follows
 * `value` where that changes by other means: back, or a link.
 */
export function useTyped(value: string, onTyped: (text: string) => void) {
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  const [before, setBefore] = useState(value);
  if (before !== value) {
    setBefore(value);
    // What comes back of one's own words is older than what stands in the field by then.
    if (told !== value) {
      setTold(value);
      setText(value);
    }
  }
  const say = (typed: string) => {
    setTold(typed.trim());
    onTyped(typed.trim());
  };
  const tell = useDebouncedCallback(say, PAUSE_MS);
  useEffect(() => () => tell.cancel(), [tell]);
  return {
    text,
    change: (typed: string) => {
      setText(typed);
      tell(typed);
    },
    tellNow: () => {
      tell.cancel();
      say(text);
    },
  };
}
