import type { ReactNode, SVGProps } from 'react';

export type IconProps = SVGProps<SVGSVGElement>;

/** Drawn on a 24 px grid with a 2 px line; always beside a word, so hidden from screen readers. */
function icon(name: string, drawing: ReactNode) {
  function Icon(props: IconProps) {
    return (
      <svg
        viewBox="0 0 24 24"
        width="1em"
        height="1em"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        {...props}
      >
        {drawing}
      </svg>
    );
  }
  Icon.displayName = name;
  return Icon;
}

/* Verdicts: four outlines that differ even as blots. */
export const GoodIcon = icon(
  'GoodIcon',
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="m8 12.4 2.8 2.8L16 9.4" />
  </>,
);
export const BadIcon = icon(
  'BadIcon',
  <>
    <path d="M8.2 2.8h7.6l5.4 5.4v7.6l-5.4 5.4H8.2l-5.4-5.4V8.2z" fill="currentColor" />
    <path d="m8.8 8.8 6.4 6.4m0-6.4-6.4 6.4" stroke="var(--icon-ground, var(--gp-surface))" strokeWidth={2.4} />
  </>,
);
export const UnsureIcon = icon(
  'UnsureIcon',
  <>
    <path d="M12 2.2 21.8 12 12 21.8 2.2 12z" />
    <path d="M9.9 9.7a2.2 2.2 0 1 1 3.2 2.1c-.8.4-1.1.9-1.1 1.7" />
    <path d="M12 16.6v.01" strokeWidth={2.6} />
  </>,
);
export const NoReadIcon = icon(
  'NoReadIcon',
  <>
    <path d="M3 12c2-3.6 5.2-5.6 9-5.6s7 2 9 5.6c-2 3.6-5.2 5.6-9 5.600S5 15.6 3 12z" />
    <path d="M4.5 4.500l15 15" />
  </>,
);

/* Machine states. */
export const RunningIcon = icon('RunningIcon', <path d="M7 4.500v15l12.5-7.500z" />);
export const BlockedIcon = icon(
  'BlockedIcon',
  <>
    <path d="M3 12h10m0 0-4-4m4 4-4 4" />
    <path d="M18 4v16" strokeWidth={3.4} />
  </>,
);
export const StarvedIcon = icon(
  'StarvedIcon',
  <>
    <path d="M3 10v7a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-7" />
    <path d="M12 4v8" strokeDasharray="2 3" />
  </>,
);
export const FaultIcon = icon(
  'FaultIcon',
  <>
    <path d="M12 3 22 20.500H2z" fill="currentColor" />
    <path d="M12 9.500v5" stroke="var(--icon-ground, var(--gp-surface))" strokeWidth={2.4} />
    <path d="M12 17.500v.01" stroke="var(--icon-ground, var(--gp-surface))" strokeWidth={2.8} />
  </>,
);
export const PlannedStopIcon = icon('PlannedStopIcon', <rect x="5" y="5" width="14" height="14" rx="1.5" />);
export const UnknownIcon = icon(
  'UnknownIcon',
  <>
    <circle cx="12" cy="12" r="9" strokeDasharray="3.6 3.470" />
    <path d="M12 12v.01" strokeWidth={3} />
  </>,
);
export const DisconnectedIcon = icon(
  'DisconnectedIcon',
  <>
    <path d="M2 12h5.500M16.5 12H22" />
    <path d="M7.5 8.500v7a3 3 0 0 0 3-3v-1a3 3 0 0 0-3-3zM16.5 8.500v7a3 3 0 0 1-3-3v-1a3 3 0 0 1 3-3z" />
    <path d="M12 3v2.500m0 13V21" />
  </>,
);
export const InTouchIcon = icon(
  'InTouchIcon',
  <>
    <path d="M2 12h5.500M16.500 12H22" />
    <rect x="7.500" y="8.500" width="9" height="7" rx="3" />
  </>,
);
export const RevokedIcon = icon(
  'RevokedIcon',
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="m5.700 5.700 12.600 12.600" />
  </>,
);

/* Modes. */
export const ProductionIcon = icon(
  'ProductionIcon',
  <>
    <circle cx="12" cy="12" r="8.5" />
    <circle cx="12" cy="12" r="3" fill="currentColor" />
  </>,
);
export const ObserveIcon = icon(
  'ObserveIcon',
  <>
    <path d="M2.5 12c2.1-3.9 5.5-6 9.5-6s7.4 2.1 9.5 6c-2.1 3.9-5.5 6-9.5 6s-7.4-2.1-9.5-6z" />
    <circle cx="12" cy="12" r="2.8" />
  </>,
);
export const SetupIcon = icon(
  'SetupIcon',
  <>
    <path d="M4 7h9m5 0h2M4 17h3m5 0h8" />
    <circle cx="15.5" cy="7" r="2.3" />
    <circle cx="9.5" cy="17" r="2.3" />
  </>,
);
export const ChallengeIcon = icon('ChallengeIcon', <path d="M5 21V4m0 1h12.500l-2.7 4 2.7 4H5" />);
export const BypassIcon = icon(
  'BypassIcon',
  <>
    <rect x="9" y="11" width="6" height="8" rx="1" />
    <path d="M3 19V11a6 6 0 0 1 6-6h9m0 0-3-3m3 3-3 3" />
  </>,
);

/* Chrome. */
export const PreviousIcon = icon('PreviousIcon', <path d="m14.5 5-7 7 7 7" />);
export const NextIcon = icon('NextIcon', <path d="m9.5 5 7 7-7 7" />);
export const SunIcon = icon(
  'SunIcon',
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.500v2m0 15v2M2.5 12h2m15 0h2M5.3 5.300l1.4 1.400m10.6 10.6 1.4 1.400m0-13.4-1.4 1.400M6.7 17.300l-1.4 1.4" />
  </>,
);
export const MoonIcon = icon('MoonIcon', <path d="M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500z" />);
export const AutoIcon = icon(
  'AutoIcon',
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 3v18a9 9 0 0 0 0-18z" fill="currentColor" />
  </>,
);
export const PersonIcon = icon(
  'PersonIcon',
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4 20.500c1.3-3.7 4.2-5.5 8-5.500s6.7 1.8 8 5.5" />
  </>,
);
export const BellIcon = icon(
  'BellIcon',
  <>
    <path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.500h-15z" />
    <path d="M10 21h4" />
  </>,
);
export const RegionsIcon = icon(
  'RegionsIcon',
  <path d="M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4" />,
);
export const ZoomIcon = icon(
  'ZoomIcon',
  <>
    <circle cx="10.5" cy="10.5" r="6.5" />
    <path d="m15.5 15.5 5 5M10.5 7.800v5.400m-2.7-2.700h5.4" />
  </>,
);
export const WallIcon = icon(
  'WallIcon',
  <>
    <rect x="2.5" y="4" width="19" height="12.5" rx="1.5" />
    <path d="M8 20.500h8" />
  </>,
);
export const GatewayIcon = icon(
  'GatewayIcon',
  <>
    <rect x="3" y="9" width="18" height="9" rx="1.500" />
    <path d="M7 13.500h.01M11 13.500h6M7 9V5m10 4V5" />
  </>,
);
export const WaitIcon = icon(
  'WaitIcon',
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5l3 2" />
  </>,
);
