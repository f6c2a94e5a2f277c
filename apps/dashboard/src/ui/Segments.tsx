import styles from "./Segments.module.css";

interface Props<T extends string> {
  /** What is chosen, for those who hear it. */
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly value: T | undefined;
  readonly onChoose: (value: T) => void;
}

/** A few choices side by side, one of which holds. */
export function Segments<T extends string>({ label, options, value, onChoose }: Props<T>) {
  return (
    <div role="group" aria-label={label} className={styles.segments} data-by-hand>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={styles.segment}
          aria-pressed={option.value === value}
          onClick={() => onChoose(option.value)}
        >
          {option.text}
        </button>
      ))}
    </div>
  );
}
