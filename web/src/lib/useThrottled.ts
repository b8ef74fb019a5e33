import { useEffect, useState } from 'react';
import { Throttle } from '@/lib/throttle';

/**
 * Does what it is given at most every ``ms``; see `Throttle`. It begins and ends with the component.
 *
 * It is for asking anew what the component shows, which has been asked for when it begins: so it begins with a rest.
 */
export function useThrottled(ms: number): (action: () => void) => void {
  const [throttle] = useState(() => new Throttle(ms));
  useEffect(() => {
    throttle.rest();
    return throttle.stop;
  }, [throttle]);
  return throttle.ask;
}
