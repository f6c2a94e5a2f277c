import { IconAlertTriangleFilled } from "@tabler/icons-react";
import { useState } from "react";
import { ALL } from "../../lib/perses/choice.ts";
import type { Standing, Standings } from "../../lib/perses/resolve.ts";
import type { ListChoice, Variable } from "../../lib/perses/variables.ts";
import { Choice } from "../../ui/Choice.tsx";
import { MultipleChoice } from "./MultipleChoice.tsx";
import { useChoose } from "./useChoose.ts";
import styles from "./VariableBar.module.css";

interface FieldProps {
  readonly standing: Standing;
  readonly onChoose: (values: readonly string[]) => void;
}

/** What the board's variables stand at, to be changed; those that are hidden or fixed are not here. */
export function VariableBar({ standings }: { standings: Standings }) {
  const choose = useChoose();
  const shown = standings.all.filter(({ variable }) => isChoosable(variable));
  if (shown.length === 0) return null;
  return (
    <div className={styles.bar} role="group" aria-label="Variables">
      {shown.map((standing) => (
        <Field
          key={standing.variable.name}
          standing={standing}
          onChoose={(values) => choose(standing.variable.name, values)}
        />
      ))}
    </div>
  );
}

function isChoosable(variable: Variable): boolean {
  return !variable.isHidden && !(variable.kind === "text" && variable.isConstant);
}

function Field({ standing, onChoose }: FieldProps) {
  const { variable, problem, chosen } = standing;
  return (
    <div className={styles.field}>
      <span className={styles.label} title={variable.description}>
        {variable.title}
      </span>
      {variable.kind === "text" && (
        <TextField key={chosen?.values[0]} standing={standing} onChoose={onChoose} />
      )}
      {variable.kind === "list" && <ListField {...{ variable, standing, onChoose }} />}
      {problem !== undefined && (
        <span className={styles.problem} role="status">
          <IconAlertTriangleFilled size={14} aria-hidden />
          {problem}
        </span>
      )}
    </div>
  );
}

/** A text counts once it is complete. */
function TextField({ standing: { variable, chosen }, onChoose }: FieldProps) {
  const [text, setText] = useState(chosen?.values[0] ?? "");
  return (
    <input
      className={styles.text}
      aria-label={variable.title}
      value={text}
      maxLength={500}
      onChange={({ target }) => setText(target.value)}
      onBlur={() => text !== chosen?.values[0] && onChoose([text])}
      onKeyDown={({ key }) => key === "Enter" && onChoose([text])}
    />
  );
}

function ListField({ variable, standing, onChoose }: FieldProps & { variable: ListChoice }) {
  const { options, chosen, isWaiting } = standing;
  if (isWaiting || chosen === undefined) {
    return <span className={styles.waiting}>{isWaiting ? "…" : "–"}</span>;
  }
  if (variable.isMultiple) return <MultipleChoice {...{ variable, options, chosen, onChoose }} />;
  const [value = ""] = chosen.values;
  const isThere = value === ALL || options.some((one) => one.value === value);
  return (
    <Choice
      label={variable.title}
      value={value}
      options={[
        ...(variable.hasAll ? [{ value: ALL, title: "All" }] : []),
        ...(isThere ? [] : [{ value, title: `${value} (not there now)` }]),
        ...options,
      ]}
      onChoose={(one) => onChoose([one])}
    />
  );
}
