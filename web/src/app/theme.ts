import {
  createTheme,
  type ActionIconProps,
  type ButtonProps,
  type NativeSelectProps,
  type PasswordInputProps,
  type SliderProps,
  type TextInputProps,
  type VariantColorsResolver,
} from '@mantine/core';

/** Actions are ink on paper: colour is kept for what is abnormal. */
const variantColorResolver: VariantColorsResolver = ({ variant }) => {
  if (variant === 'filled') {
    return {
      background: 'var(--gp-action)',
      hover: 'var(--gp-action-hover)',
      color: 'var(--gp-on-action)',
      border: '1px solid transparent',
    };
  }
  if (variant === 'subtle') {
    return {
      background: 'transparent',
      hover: 'var(--gp-sunken)',
      hoverColor: 'var(--gp-ink)',
      color: 'var(--gp-ink-2)',
      border: '1px solid transparent',
    };
  }
  return {
    background: 'var(--gp-surface)',
    hover: 'var(--gp-sunken)',
    hoverColor: 'var(--gp-ink)',
    color: 'var(--gp-ink)',
    border: '1px solid var(--gp-line-strong)',
  };
};

export const theme = createTheme({
  variantColorResolver,
  respectReducedMotion: true,
  cursorType: 'pointer',
  // By their names and not with their `extend`: each page loads those parts alone that it has.
  components: {
    // 44 px: a gloved finger hits it.
    Button: { defaultProps: { h: 44, radius: 8 } satisfies Partial<ButtonProps> },
    ActionIcon: { defaultProps: { size: 44, radius: 8, variant: 'subtle' } satisfies Partial<ActionIconProps> },
    TextInput: { defaultProps: { size: 'md' } satisfies Partial<TextInputProps> },
    NativeSelect: { defaultProps: { size: 'md' } satisfies Partial<NativeSelectProps> },
    PasswordInput: { defaultProps: { size: 'md' } satisfies Partial<PasswordInputProps> },
    Slider: { defaultProps: { label: null, thumbSize: 24, size: 6, radius: 3 } satisfies Partial<SliderProps> },
  },
});
