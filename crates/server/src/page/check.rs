//! What is strange in the journal, each finding with the entries that it concerns.

use std::collections::BTreeMap;

use demarche_projection::findings::{Finding, FindingCode, Severity};
use maud::{Markup, html};

use super::pieces::{text, track_link};
use super::{View, Visit, frame};
use crate::question::track_choice;

/// How many findings are shown at once.
const FINDINGS_A_PAGE: usize = 200;

pub(super) async fn show(visit: Visit) -> View {
    visit.parameters.only(&["track", "code", "severity"])?;
    let choice = track_choice(&visit.parameters)?;
    let code = visit.parameters.read("code", str::parse::<FindingCode>)?;
    let question = visit.question.clone();
    let answered = visit.server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let query = question.at(desk.now(), picture.fold().last_recorded());
        crate::api::findings_in_order(picture.fold(), &query, question.is_now.then(|| desk.now()))
    });
    let all = answered.await?;
    let severity = visit.parameters.one("severity");
    let of_track: Vec<&Finding> = all.iter().filter(|finding| choice.admits_track(&finding.track)).collect();
    let admits = |finding: &&&Finding| {
        code.is_none_or(|code| finding.code == code)
            && severity.is_none_or(|severity| finding.code.severity().to_string() == severity)
    };
    let chosen: Vec<&Finding> = of_track.iter().filter(admits).copied().collect();
    let main = html! {
        h1 { "Check" }
        p { "What is strange in the journal, though every entry is valid: what a desk may want to look at again." }
        (counts(&visit, &of_track))
        @if chosen.is_empty() { p.nothing { "Nothing is strange." } }
        ul.findings { @for finding in chosen.iter().take(FINDINGS_A_PAGE) { (told(&visit, finding)) } }
        @if chosen.len() > FINDINGS_A_PAGE {
            p { "And " (chosen.len() - FINDINGS_A_PAGE) " more: choose a kind, or a track." }
        }
    };
    Ok(frame::page(&visit, "Check", &main))
}

/// How many findings there are of each severity and of each kind; each count chooses them.
fn counts(visit: &Visit, findings: &[&Finding]) -> Markup {
    let (mut by_severity, mut by_code) = (BTreeMap::<Severity, usize>::new(), BTreeMap::<FindingCode, usize>::new());
    for finding in findings {
        *by_severity.entry(finding.code.severity()).or_default() += 1;
        *by_code.entry(finding.code).or_default() += 1;
    }
    let is_chosen = visit.parameters.one("code").or(visit.parameters.one("severity")).is_some();
    html! {
        p.tally {
            @for (severity, count) in by_severity.iter().rev() {
                a href=(visit.to_with("/check", "severity", &severity.to_string()))
                    class={ "severity v-" (severity) } { (severity) ": " (count) } " "
            }
        }
        p.tally {
            @for (code, count) in &by_code {
                a href=(visit.to_with("/check", "code", &code.to_string())) { (code) ": " (count) } " "
            }
            @if is_chosen { a href=(visit.to("/check")) { "all" } }
        }
    }
}

fn told(visit: &Visit, finding: &Finding) -> Markup {
    html! {
        li {
            span class={ "severity v-" (finding.code.severity()) } { (finding.code.severity()) } " "
            code { (finding.code) } " · " (track_link(visit, &finding.track, finding.track.as_str()))
            p { (text(&finding.message)) }
            p.about {
                @for (at, id) in finding.events.iter().enumerate() {
                    @if at > 0 { ", " }
                    a href=(visit.to(&format!("/entries/{id}"))) { @if at == 0 { "the entry" } @else { "another" } }
                }
            }
        }
    }
}
