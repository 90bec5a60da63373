/** Shows an order in a page of a shop: <whereabouts-tracker order="WA-…"></whereabouts-tracker> */
const HIGHEST = 4000; // Pixels: more is not the height of an order.
const service = new URL("../..", import.meta.url); // A proxy may serve it below a path.

class Tracker extends HTMLElement {
  connectedCallback() {
    const order = this.getAttribute("order");
    if (!order) return console.error("<whereabouts-tracker> needs the attribute order: the tracking id.");
    const frame = document.createElement("iframe");
    const language = this.lang && `?lang=${encodeURIComponent(this.lang)}`;
    frame.src = `${service}t/${encodeURIComponent(order)}/embed${language}`;
    Object.assign(frame, { title: this.title || "Order tracking", loading: "lazy", referrerPolicy: "no-referrer", width: "100%", height: "360", frameBorder: "0" });
    // Its own origin lets it follow its order, and it may lead to the whole page if it is pressed.
    frame.sandbox.add("allow-scripts", "allow-same-origin", "allow-top-navigation-by-user-activation");
    this.listener = (/** @type {MessageEvent} */ { source, origin, data }) => {
      if (source === frame.contentWindow && origin === service.origin && data?.height > 0) frame.height = String(Math.min(data.height, HIGHEST));
    };
    addEventListener("message", this.listener);
    this.replaceChildren(frame);
  }

  disconnectedCallback() {
    if (this.listener) removeEventListener("message", this.listener);
  }
}

if (!customElements.get("whereabouts-tracker")) customElements.define("whereabouts-tracker", Tracker);
