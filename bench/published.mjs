// The same issue in three published templates, and caniemail's verdict on every page in a folder.
//   node published.mjs make ISSUE.json FOLDER     node published.mjs judge FOLDER CLIENT…
// Copied by bench/scoreboard.py into the folder where the packages are installed.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [, , task, ...args] = process.argv;

const escape = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

async function mjml(issue) {
  const { default: compile } = await import("mjml");
  const article = (item) => `<mj-section padding="10px 0"><mj-column>
    <mj-text font-size="20px" font-weight="700"><a href="${escape(item.url)}">${escape(item.title)}</a></mj-text>
    <mj-text color="#555555">${escape(item.byline)}</mj-text>
    <mj-text>${escape(item.body)}</mj-text></mj-column></mj-section>`;
  const sections = issue.sections.map(
    (section) => `<mj-section><mj-column><mj-text font-size="24px">${escape(section.heading)}</mj-text>
      </mj-column></mj-section>${section.items.map(article).join("")}`,
  );
  const source = `<mjml lang="en"><mj-head><mj-title>${escape(issue.subject)}</mj-title>
    <mj-preview>${escape(issue.preheader)}</mj-preview></mj-head><mj-body>
    <mj-section><mj-column><mj-text font-size="32px">${escape(issue.title)}</mj-text></mj-column>
    </mj-section>${sections.join("")}</mj-body></mjml>`;
  return (await compile(source)).html;
}

async function reactEmail(issue) {
  const React = await import("react");
  const mail = await import("@react-email/components");
  const make = React.createElement;
  const article = (item) =>
    make(
      mail.Section,
      { key: item.url },
      make(mail.Heading, { as: "h3" }, make(mail.Link, { href: item.url }, item.title)),
      make(mail.Text, { style: { color: "#555555" } }, item.byline),
      make(mail.Text, null, item.body),
      make(mail.Hr),
    );
  const page = make(
    mail.Html,
    { lang: "en" },
    make(mail.Head, null, make("title", null, issue.subject)),
    make(mail.Preview, null, issue.preheader),
    make(
      mail.Body,
      null,
      make(
        mail.Container,
        null,
        make(mail.Heading, null, issue.title),
        ...issue.sections.map((section) =>
          make(
            mail.Section,
            { key: section.heading },
            make(mail.Heading, { as: "h2" }, section.heading),
            ...section.items.map(article),
          ),
        ),
      ),
    ),
  );
  return mail.render(page);
}

function simple(issue) {
  const folder = "node_modules/responsive-html-email-template";
  const page = readFileSync(join(folder, "email-inlined.html"), "utf8");
  const style = /<p (style="[^"]*")>/.exec(page)[1];
  const article = (item) => `<p ${style}><b><a href="${escape(item.url)}">${escape(item.title)}</a></b></p>
    <p ${style}>${escape(item.byline)}</p><p ${style}>${escape(item.body)}</p>`;
  const body = issue.sections
    .map((section) => `<h2>${escape(section.heading)}</h2>${section.items.map(article).join("")}`)
    .join("");
  const start = page.indexOf("<p style");
  const end = page.indexOf("Good luck! Hope it works.</p>") + "Good luck! Hope it works.</p>".length;
  return `${page.slice(0, start)}<h1>${escape(issue.title)}</h1>${body}${page.slice(end)}`
    .replace(/<title>[^<]*<\/title>/, `<title>${escape(issue.subject)}</title>`)
    .replace(/This is preheader text[^<]*/, escape(issue.preheader));
}

async function judge(folder, clients) {
  const { caniemail, rawData } = await import("caniemail");
  // It throws where a feature has no record of a client: nothing known is no fault of a page.
  for (const feature of rawData.data) {
    for (const client of clients) {
      const [family, platform] = client.split(".");
      feature.stats[family] ??= {};
      feature.stats[family][platform] ??= { 0: "y" };
    }
  }
  const count = (issues) => new Set([...issues.values()].flat().map((issue) => issue.title)).size;
  const verdicts = {};
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".html"))) {
    const { issues } = caniemail({ clients, html: readFileSync(join(folder, name), "utf8") });
    verdicts[name] = { errors: count(issues.errors), warnings: count(issues.warnings) };
  }
  process.stdout.write(JSON.stringify(verdicts));
}

if (task === "make") {
  const issue = JSON.parse(readFileSync(args[0], "utf8"));
  writeFileSync(join(args[1], "MJML.html"), await mjml(issue));
  writeFileSync(join(args[1], "React Email.html"), await reactEmail(issue));
  writeFileSync(join(args[1], "simple responsive.html"), simple(issue));
} else {
  await judge(args[0], args.slice(1));
}
