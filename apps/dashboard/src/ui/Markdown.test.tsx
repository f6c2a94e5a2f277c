import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Markdown } from "./Markdown.tsx";

test("a text is drawn as what it means", () => {
  const { container } = render(
    <Markdown
      text={"# Do\n\n1. run `site.yml`\n   - **now**\n\n| a |\n|---|\n| *b* |\n\n```\nx\n```"}
    />,
  );
  expect(screen.getByRole("heading", { level: 3, name: "Do" })).toBeVisible();
  expect(container.querySelector("ol > li > ul strong")).toHaveTextContent("now");
  expect(container.querySelector("td em")).toHaveTextContent("b");
  expect(container.querySelector("pre code")).toHaveTextContent("x");
});

test("markup of a browser's is text", () => {
  const source = "<img src=x onerror=alert(1)> <a href='http://h'>a</a> ![x](http://h/x.png)";
  const { container } = render(<Markdown text={source} />);
  expect(container.querySelector("img, script")).toBeNull();
  expect(container).toHaveTextContent("<img src=x onerror=alert(1)> <a href='http://h'>a</a> !x");
});

test("links lead to pages and to headings of the text, and nowhere else", () => {
  render(<Markdown text={"# Top\n[page](https://h/x) [up](#top) [gone](#gone) [local](/x)"} />);
  const up = screen.getByRole("link", { name: "up" });
  expect(screen.getAllByRole("link")).toEqual([screen.getByRole("link", { name: "page" }), up]);
  expect(up.getAttribute("href")).toBe(`#${screen.getByRole("heading").id}`);
  expect(screen.getByText(/gone/)).toHaveTextContent("page up gone [local](/x)");
});

test("the same text twice on a page has its anchors apart", () => {
  render(
    <>
      <Markdown text="# Top" />
      <Markdown text="# Top" />
    </>,
  );
  const [one, other] = screen.getAllByRole("heading");
  expect(one?.id).not.toBe(other?.id);
});
