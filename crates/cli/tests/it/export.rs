//! `export`, `timeline` and `schema`: what goes where, and what is refused.

use super::support::{Folder, Outcome, fixture, line, run};

fn seed(args: &[&str]) -> Outcome {
    let journal = fixture("us-russia-2025.jsonl");
    let [command, rest @ ..] = args else { panic!("a command") };
    let (format, rest) = match (*command, rest) {
        ("export", [format, rest @ ..]) => (Some(*format), rest),
        (_, rest) => (None, rest),
    };
    run(&[&[*command], format.as_slice(), &[&journal], rest].concat())
}

#[test]
fn a_file_is_written_as_standard_output_would_have_it() {
    let folder = Folder::new("export");
    let path = folder.write("out.ics", "what was there before");
    let outcome = seed(&["export", "ics", "-o", &path, "--force"]);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{}", outcome.stderr);
    assert_eq!(outcome.stderr, "note: 4 meetings left out, for which there is no date\n");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), seed(&["export", "ics"]).stdout);
}

#[test]
fn what_fails_leaves_the_file_as_it_was_and_nothing_beside_it() {
    let folder = Folder::new("export-fails");
    let path = folder.write("out.md", "what was there before");
    for args in [
        &["export", "digest", "-o", &path][..],
        &["export", "digest", "--month", "2025-10", "--beneath", "us-rx", "-o", &path],
    ] {
        let outcome = seed(args);
        assert!(outcome.code != 0 && outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "what was there before");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
    }
    let outcome = seed(&["export", "csv", "-o", folder.path()]);
    assert!(outcome.code != 0 && outcome.stderr.contains("is no regular file"), "{}", outcome.stderr);
}

#[test]
fn a_pipe_or_a_device_gets_what_is_written_as_it_comes() {
    let folder = Folder::new("export-stream");
    let pipe = format!("{}/pipe", folder.path());
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    let outcome = seed(&["export", "csv", "-o", &pipe]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(reader.join().unwrap(), seed(&["export", "csv"]).stdout);
    assert_eq!(seed(&["timeline", "-o", "/dev/null"]).code, 0);
    let outcome = seed(&["export", "csv", "-o", "/dev/full"]);
    assert!(outcome.code == 3 && outcome.stderr.contains("cannot write /dev/full"), "{}", outcome.stderr);
}

#[test]
fn the_name_of_the_output_chooses_between_a_picture_and_a_page() {
    let folder = Folder::new("timeline");
    for (name, begins) in [("a.svg", "<svg "), ("a.html", "<!DOCTYPE html>")] {
        let path = folder.write(name, "");
        let outcome = seed(&["timeline", "--track", "us-ru/**", "-o", &path]);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(begins) && !text.contains("<script"), "{name}");
    }
    let path = folder.write("brief.html", "");
    assert_eq!(seed(&["export", "digest", "--since", "2025-10-22", "-o", &path]).code, 0);
    let page = std::fs::read_to_string(&path).unwrap();
    assert_eq!(page, seed(&["export", "digest", "--since", "2025-10-22", "--html"]).stdout);
}

#[test]
#[cfg(feature = "png")]
fn a_picture_is_written_as_png() {
    let folder = Folder::new("png");
    let at = |name: &str| format!("{}/{name}", folder.path());
    for name in ["a.png", "b.PNG"] {
        assert_eq!(seed(&["timeline", "--width", "700", "-o", &at(name)]).code, 0);
    }
    let png = std::fs::read(at("a.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(png[16..20], 700_u32.to_be_bytes(), "it is as wide as it was asked to be");
    assert!(png == std::fs::read(at("b.PNG")).unwrap(), "the same events give the same bytes");
    let huge = seed(&["timeline", "--width", "20000", "--known", "-o", &at("c.png")]);
    assert_eq!(huge.code, 0, "{}", huge.stderr);
}

#[test]
fn a_file_never_holds_what_its_name_does_not_say() {
    let folder = Folder::new("endings");
    let digest = ["export", "digest", "--since", "2025-10-22"];
    let page = ["export", "digest", "--since", "2025-10-22", "--html"];
    for (command, names, endings) in [
        (&["timeline"][..], &["t.docx", "t.pdf", "t.jpg", "t.md", "t.svg.bak", "t.\u{202e}x"][..], ".svg, .html, .htm"),
        (&digest, &["t.docx", "t.pdf", "t.txt", "t.svg", "t.png", "t.DOCX"], "one of .md, .markdown, .html, .htm"),
        (&page, &["t.docx", "t.md"], "one of .html, .htm"),
    ] {
        for name in names {
            let outcome = seed(&[command, &["-o", &format!("{}/{name}", folder.path())]].concat());
            assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{command:?} {name}");
            assert!(outcome.stderr.contains("error: nothing is written as ."), "{name}: {}", outcome.stderr);
            assert!(outcome.stderr.contains(endings) && !outcome.stderr.contains('\u{202e}'), "{}", outcome.stderr);
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
    for (command, name) in [(&["timeline"][..], "t"), (&["timeline"], "t.HTML"), (&digest, "d"), (&digest, "d.Md")] {
        let outcome = seed(&[command, &["-o", &format!("{}/{name}", folder.path())]].concat());
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.stderr);
    }
}

#[test]
fn every_format_gives_the_same_bytes_again() {
    for format in ["ics", "csv", "jsonl", "json-ld", "cloudevents"] {
        let (first, again) = (seed(&["export", format]), seed(&["export", format]));
        assert_eq!(first.code, 0, "{format}: {}", first.stderr);
        assert!(first.stdout == again.stdout && !first.stdout.is_empty(), "{format}");
    }
    assert_eq!(seed(&["timeline", "--known"]).stdout, seed(&["timeline", "--known"]).stdout);
}

#[test]
fn a_month_and_a_region_bound_a_digest() {
    let month = seed(&["export", "digest", "--month", "2025-10", "--beneath", "us-ru"]);
    assert!(month.stdout.starts_with("# us-ru: What changed in October 2025\n"), "{}", month.stdout);
    assert!(!month.stdout.contains("us-il") && month.stdout.contains("us-ru/leaders"), "{}", month.stdout);
    let before = seed(&["export", "digest", "--month", "2025-09"]);
    assert!(before.stdout.contains("0 tracks changed."), "{}", before.stdout);
    let occurred = seed(&["export", "digest", "--month", "2025-04", "--along", "occurred"]);
    assert!(occurred.stdout.contains("round-2"), "{}", occurred.stdout);
}

#[test]
fn what_does_not_fit_is_refused() {
    for (args, problem) in [
        (&["export", "ics", "--events"][..], "--events is for tables: csv, jsonl and parquet"),
        (&["export", "csv", "--month", "2025-10"], "--month is for digest alone"),
        (&["export", "csv", "--since", "2025-10"], "--from is for digest alone"),
        (&["export", "csv", "--week", "2025-W43"], "--week is for digest alone"),
        (&["export", "csv", "--events", "--status", "open"], "--status is for states, not for events"),
        (&["timeline", "--track", "nowhere"], "there is no track to draw"),
        (&["timeline", "--from", "2025-11", "--to", "2025-10"], "--from is later than --to"),
        (&["timeline", "--width", "0"], "0 is not in 320..=20000"),
    ] {
        let outcome = seed(args);
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{args:?}");
        assert!(outcome.stderr.contains(problem), "{args:?}: {}", outcome.stderr);
    }
}

#[test]
fn a_cell_never_becomes_a_formula() {
    let folder = Folder::new("formula");
    let log = folder.write("log.jsonl", line(1, "us-ru", "=HYPERLINK(\"https://evil.example\")"));
    let csv = run(&["export", "csv", &log]).stdout;
    assert!(csv.contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\""), "{csv}");
}

#[test]
fn cloudevents_come_back_as_the_same_log() {
    let folder = Folder::new("cloudevents");
    let path = folder.write("events.json", seed(&["export", "cloudevents"]).stdout);
    let back = run(&["import", "cloudevents", &path]).stdout;
    let mut back: Vec<&str> = back.lines().collect();
    let log = std::fs::read_to_string(fixture("us-russia-2025.jsonl")).unwrap().replace("\"v\":1,", "\"v\":3,");
    let mut expected: Vec<&str> = log.lines().collect();
    back.sort_unstable();
    expected.sort_unstable();
    assert!(back == expected);
}

#[test]
fn the_schema_is_json() {
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"]).stdout).unwrap();
    assert_eq!(schema["properties"]["type"]["enum"].as_array().unwrap().len(), 26);
}
