import { useEffect, useState } from 'react';
import { Throttle } from '@/lib/throttle';

/** Does what it is given at once, then again at most every ``ms``; see `Throttle`. It ends with the component. */
export function useThrottled(ms: number): (action: () => void) => void {
  const [throttle] = useState(() => new Throttle(ms));
  useEffect(() => throttle.stop, [throttle]);
  return throttle.ask;
}
