import { ActionIcon, Button, createTheme, NativeSelect, PasswordInput, Slider, TextInput, type VariantColorsResolver } from '@mantine/core';

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
  components: {
    // 44 px: a gloved finger hits it.
    Button: Button.extend({ defaultProps: { h: 44, radius: 8 } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 44, radius: 8, variant: 'subtle' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'md' } }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: 'md' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'md' } }),
    Slider: Slider.extend({ defaultProps: { label: null, thumbSize: 24, size: 6, radius: 3 } }),
  },
});
