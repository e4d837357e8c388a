import { act, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderInApp } from "#testing";
import {
  Button,
  Dialog,
  EmptyState,
  ErrorState,
  Segments,
  Skeleton,
  Steps,
  Table,
  TextField,
  useToast,
} from "./index.ts";

describe("buttons", () => {
  it("take no clicks while they work, and stay where the keyboard finds them", () => {
    const click = vi.fn();
    const { rerender } = renderInApp(<Button onClick={click}>Pay</Button>);
    const button = screen.getByRole("button", { name: "Pay" });
    fireEvent.click(button);
    expect(click).toHaveBeenCalledOnce();
    rerender(
      <Button busy onClick={click}>
        Pay
      </Button>,
    );
    const busy = screen.getByRole("button", { name: "Pay" });
    fireEvent.click(busy);
    expect(click).toHaveBeenCalledOnce();
    expect(busy.getAttribute("aria-busy")).toBe("true");
    expect(busy.getAttribute("aria-disabled")).toBe("true");
    expect(busy.hasAttribute("disabled")).toBe(false);
  });
});

describe("fields", () => {
  it("are named by their label and described by hint and error", () => {
    const change = vi.fn();
    renderInApp(
      <TextField label="Energy" hint="In kWh" error="Not a number" suffix="kWh" value="x" onChange={change} />,
    );
    const field = screen.getByLabelText("Energy");
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ");
    const texts = described.map((id) => document.getElementById(id)?.textContent);
    expect(texts).toEqual(["In kWh", "Not a number"]);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    fireEvent.change(field, { target: { value: "20" } });
    expect(change).toHaveBeenCalledWith("20");
  });

  it("offer one of a few as radio buttons", () => {
    const change = vi.fn();
    const options = [
      { value: "a", label: "First" },
      { value: "b", label: "Second" },
    ] as const;
    renderInApp(<Segments label="Which" value="a" options={options} onChange={change} />);
    const group = screen.getByRole("group", { name: "Which" });
    expect(within(group).getByRole<HTMLInputElement>("radio", { name: "First" }).checked).toBe(true);
    fireEvent.click(within(group).getByRole("radio", { name: "Second" }));
    expect(change).toHaveBeenCalledWith("b");
  });
});

describe("a dialog", () => {
  const cancel = () => {
    const event = new Event("cancel", { cancelable: true });
    act(() => void screen.getByRole("dialog").dispatchEvent(event));
    return event;
  };

  it("has a name, is modal, and closes by Escape, cross and backdrop", () => {
    const close = vi.fn();
    renderInApp(
      <Dialog open onClose={close} title="Pay?">
        <p>Body</p>
      </Dialog>,
    );
    const dialog = screen.getByRole<HTMLDialogElement>("dialog", { name: "Pay?" });
    expect(dialog.open).toBe(true);
    // The platform would close it by itself, behind React's back.
    expect(cancel().defaultPrevented).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    fireEvent.click(dialog);
    expect(close).toHaveBeenCalledTimes(3);
    fireEvent.click(screen.getByText("Body"));
    expect(close).toHaveBeenCalledTimes(3);
  });

  it("stays while leaving would mislead", () => {
    const close = vi.fn();
    renderInApp(
      <Dialog open onClose={close} title="Sending" closable={false}>
        <p>Body</p>
      </Dialog>,
    );
    expect(cancel().defaultPrevented).toBe(true);
    fireEvent.click(screen.getByRole("dialog"));
    expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
    expect(close).not.toHaveBeenCalled();
  });

  it("is not there while closed", () => {
    renderInApp(
      <Dialog open={false} onClose={() => {}} title="Pay?">
        <p>Body</p>
      </Dialog>,
    );
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

function Shower({ tone }: { tone: "success" | "danger" }) {
  const toast = useToast();
  return <Button onClick={() => toast({ tone, title: `It is ${tone}` })}>Show</Button>;
}

describe("toasts", () => {
  it("are announced, and go by themselves unless they tell of a fault", () => {
    vi.useFakeTimers();
    try {
      renderInApp(
        <>
          <Shower tone="success" />
          <Shower tone="danger" />
        </>,
      );
      for (const button of screen.getAllByRole("button", { name: "Show" })) fireEvent.click(button);
      const region = screen.getByRole("status", { name: "Messages" });
      expect(region.textContent).toContain("It is success");
      act(() => void vi.advanceTimersByTime(60_000));
      expect(region.textContent).not.toContain("It is success");
      expect(region.textContent).toContain("It is danger");
      fireEvent.click(within(region).getByRole("button", { name: "Dismiss" }));
      expect(region.textContent).toBe("");
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("states", () => {
  it("say what is loading, empty or broken", () => {
    const retry = vi.fn();
    renderInApp(
      <>
        <Skeleton />
        <EmptyState title="Nothing here" />
        <ErrorState title="Broken" error={new RangeError("too far")} onRetry={retry} />
      </>,
    );
    expect(screen.getByText("Loading…")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Nothing here" })).toBeTruthy();
    const alert = screen.getByRole("alert");
    expect(alert.textContent).toContain("RangeError: too far");
    fireEvent.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
  });

  it("say which step is done, which is now, which comes", () => {
    renderInApp(
      <Steps
        steps={[
          { key: "a", label: "Sign", state: "done" },
          { key: "b", label: "Confirm", state: "current", hint: "In your wallet" },
          { key: "c", label: "Wait", state: "waiting" },
        ]}
      />,
    );
    const items = screen.getAllByRole("listitem");
    expect(items.map((item) => item.getAttribute("aria-current"))).toEqual([null, "step", null]);
    expect(items.map(({ textContent }) => textContent?.replace(/^\d/, ""))).toEqual([
      "Sign (done)",
      "Confirm (now)In your wallet",
      "Wait (not yet)",
    ]);
  });

  it("tell screen readers what a table is and which cells name its rows", () => {
    renderInApp(
      <Table
        caption="Periods"
        rows={[{ start: "10:00", energy: "1 kWh" }]}
        rowKey={({ start }) => start}
        columns={[
          { key: "start", header: "Start", cell: ({ start }) => start },
          { key: "energy", header: "Energy", number: true, cell: ({ energy }) => energy },
        ]}
      />,
    );
    const table = screen.getByRole("table", { name: "Periods" });
    expect(within(table).getByRole("rowheader", { name: "10:00" })).toBeTruthy();
    expect(within(table).getAllByRole("columnheader")).toHaveLength(2);
  });
});
