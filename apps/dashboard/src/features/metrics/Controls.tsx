import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { Section } from "../../panels/panel-defs.ts";
import type { Scope } from "../../panels/scope.ts";
import { Choice } from "../../ui/Choice.tsx";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./MetricsPage.module.css";
import { usePageCsv } from "./usePageCsv.ts";

interface Props {
  readonly scope: Scope;
  readonly sections: readonly Section[];
}

/** Chooses one data plane or all, and saves what is seen. */
export function Controls({ scope, sections }: Props) {
  const { plane } = useView();
  const change = useChangeView();
  const { save, isSaving } = usePageCsv(scope, sections);
  const planes = scope.only?.data_planes ?? [];
  return (
    <div className={styles.controls} data-by-hand>
      {planes.length > 1 && (
        <Choice
          label="Data plane"
          value={plane?.id ?? ""}
          options={[
            { value: "", title: `All ${planes.length} data planes` },
            ...planes.map(({ id }) => ({ value: id, title: id })),
          ]}
          onChoose={(id) => change({ plane: id || undefined })}
        />
      )}
      <Button
        variant="default"
        size="xs"
        className={styles.save}
        aria-label="Save page as CSV"
        loading={isSaving}
        onClick={save}
      >
        <IconDownload size={14} aria-hidden />
        <span className={styles.words}>Save page as CSV</span>
      </Button>
    </div>
  );
}
