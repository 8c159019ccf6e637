//! Les figures des leçons : des courbes ou des barres en SVG, lisibles, avec une description.

use crate::versions::Version;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::collections::BTreeMap;
use std::error::Error;

/// Une figure, en SVG. Placée à la fin d'une cellule, elle s'affiche.
#[derive(Clone)]
pub struct Figure {
    /// Le document SVG.
    pub svg: String,
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, sortie: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(sortie, "Figure ({} octets de SVG)", self.svg.len())
    }
}

impl Figure {
    /// Affiche la figure ; evcxr appelle cette méthode.
    pub fn evcxr_display(&self) {
        println!(
            "EVCXR_BEGIN_CONTENT image/svg+xml\n{}\nEVCXR_END_CONTENT",
            self.svg
        );
    }
}

const TAILLE: (u32, u32) = (760, 420);
const POLICE: &str = "sans-serif";

/// Bleu, orange, vert, rose, noir : des couleurs que distinguent aussi les yeux daltoniens.
const COULEURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    BLACK,
];

/// Trace une ou plusieurs courbes : un titre, le nom des axes, puis chaque courbe par son nom et ses points.
///
/// ```ignore
/// tracer_courbes("Le seau se vide", "temps (s)", "unités", &[("WCU restantes", points)])
/// ```
///
/// # Panics
/// Quand il n'y a aucun point à tracer.
pub fn tracer_courbes(titre: &str, axe_x: &str, axe_y: &str, courbes: &[(&str, Vec<(f64, f64)>)]) -> Figure {
    assert!(
        courbes.iter().any(|(_, points)| !points.is_empty()),
        "il n’y a aucun point à tracer"
    );
    let noms: Vec<&str> = courbes.iter().map(|(nom, _)| *nom).collect();
    let description = format!("{axe_y} selon {axe_x}\u{a0}: {}.", noms.join(", "));
    dessiner(titre, &description, |racine| {
        courbes_sur(racine, titre, axe_x, axe_y, courbes)
    })
}

/// Trace un diagramme en barres : un titre, le nom de l'axe vertical, puis chaque barre par son nom et sa hauteur.
///
/// # Panics
/// Quand il n'y a aucune barre.
pub fn tracer_barres(titre: &str, axe_y: &str, barres: &[(&str, f64)]) -> Figure {
    assert!(!barres.is_empty(), "il n’y a aucune barre à tracer");
    let valeurs: Vec<String> = barres
        .iter()
        .map(|(nom, valeur)| format!("{nom} {}", nombre(*valeur)))
        .collect();
    let description = format!("{axe_y}\u{a0}: {}.", valeurs.join(", "));
    dessiner(titre, &description, |racine| {
        barres_sur(racine, titre, axe_y, barres)
    })
}

type Racine<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn dessiner(
    titre: &str,
    description: &str,
    dessin: impl FnOnce(&Racine<'_>) -> Result<(), Box<dyn Error>>,
) -> Figure {
    let mut svg = String::new();
    {
        let racine = SVGBackend::with_string(&mut svg, TAILLE).into_drawing_area();
        let fait = racine
            .fill(&WHITE)
            .map_err(Into::into)
            .and_then(|()| dessin(&racine));
        if let Err(erreur) = fait.and_then(|()| racine.present().map_err(Into::into)) {
            panic!("la figure ne se trace pas : {erreur}");
        }
    }
    Figure {
        svg: decrire(&svg, titre, description),
    }
}

/// Trace la frise de versions d'objets, une ligne par clé.
pub(crate) fn tracer_frise(titre: &str, clefs: &BTreeMap<String, Vec<Version>>) -> Figure {
    let comptes: Vec<String> = clefs
        .iter()
        .map(|(clef, versions)| format!("{clef}, {} versions", versions.len()))
        .collect();
    let description = format!(
        "De la plus ancienne à la plus récente\u{a0}: {}.",
        comptes.join("\u{202f}; ")
    );
    dessiner(titre, &description, |racine| frise_sur(racine, titre, clefs))
}

fn frise_sur(
    racine: &Racine<'_>,
    titre: &str,
    clefs: &BTreeMap<String, Vec<Version>>,
) -> Result<(), Box<dyn Error>> {
    let toutes = || clefs.values().flatten();
    let (debut, fin) = etendue(toutes().map(|version| version.instant));
    let marge = (fin - debut) * 0.06;
    let mut graphique = ChartBuilder::on(racine)
        .caption(titre, (POLICE, 22))
        .margin(14)
        .x_label_area_size(48)
        .y_label_area_size(150)
        .build_cartesian_2d(-marge..fin - debut + marge, (0..clefs.len() - 1).into_segmented())?;
    let nom_de = |place: &SegmentValue<usize>| match place {
        SegmentValue::CenterOf(rang) => clefs.keys().nth(*rang).map_or(String::new(), |clef| abrege(clef)),
        _ => String::new(),
    };
    graphique
        .configure_mesh()
        .disable_y_mesh()
        .x_desc("temps (s)")
        .y_labels(clefs.len())
        .x_label_formatter(&|valeur| nombre(*valeur))
        .y_label_formatter(&nom_de)
        .label_style((POLICE, 15))
        .axis_desc_style((POLICE, 17))
        .light_line_style(WHITE)
        .draw()?;
    let dessous = TextStyle::from((POLICE, 13).into_font()).pos(Pos::new(HPos::Center, VPos::Top));
    for (rang, versions) in clefs.values().enumerate() {
        let place = |version: &Version| (version.instant - debut, SegmentValue::CenterOf(rang));
        graphique.draw_series(std::iter::once(PathElement::new(
            versions.iter().map(place).collect::<Vec<_>>(),
            COULEURS[0].mix(0.4).stroke_width(2),
        )))?;
        for version in versions {
            let la = EmptyElement::at(place(version));
            if version.marqueur {
                graphique.draw_series(std::iter::once(
                    la + Cross::new((0, 0), 8, COULEURS[1].stroke_width(3)),
                ))?;
            } else {
                graphique.draw_series(std::iter::once(la + Circle::new((0, 0), 7, COULEURS[0].filled())))?;
            }
            let la = EmptyElement::at(place(version));
            let cercle = if version.actuelle { 13 } else { 0 };
            graphique.draw_series(std::iter::once(
                la + Circle::new((0, 0), cercle, BLACK.stroke_width(2))
                    + Text::new(version.id.clone(), (0, 16), dessous.clone()),
            ))?;
        }
    }
    Ok(())
}

/// Une clé qui tient à gauche de la frise.
fn abrege(clef: &str) -> String {
    match clef.char_indices().nth(18) {
        Some((place, _)) => format!("{}…", &clef[..place]),
        None => clef.to_string(),
    }
}

/// Puts a title and a description in the document, for people who listen to the figure.
fn decrire(svg: &str, titre: &str, description: &str) -> String {
    let Some(debut) = svg
        .find("<svg")
        .and_then(|place| Some(place + svg[place..].find('>')? + 1))
    else {
        return svg.to_string();
    };
    let (ouverture, contenu) = svg.split_at(debut);
    let ouverture = ouverture.replacen("<svg", "<svg role=\"img\"", 1);
    format!(
        "{ouverture}\n<title>{}</title>\n<desc>{}</desc>{contenu}",
        echapper(titre),
        echapper(description)
    )
}

pub(crate) fn echapper(texte: &str) -> String {
    texte
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A number as French readers expect it: `1 500`, `0,5`.
fn nombre(valeur: f64) -> String {
    let texte = format!("{:.2}", valeur.abs());
    let (entier, decimales) = texte.split_once('.').unwrap_or((&texte, ""));
    let mut groupes = String::new();
    for (place, chiffre) in entier.chars().enumerate() {
        if place > 0 && (entier.len() - place) % 3 == 0 {
            groupes.push('\u{202f}');
        }
        groupes.push(chiffre);
    }
    let decimales = decimales.trim_end_matches('0');
    let signe = if valeur < 0.0 { "−" } else { "" };
    if decimales.is_empty() {
        format!("{signe}{groupes}")
    } else {
        format!("{signe}{groupes},{decimales}")
    }
}

fn etendue(valeurs: impl Iterator<Item = f64>) -> (f64, f64) {
    let (bas, haut) = valeurs.fold((f64::INFINITY, f64::NEG_INFINITY), |(bas, haut), v| {
        (bas.min(v), haut.max(v))
    });
    if haut > bas { (bas, haut) } else { (bas, bas + 1.0) }
}

fn courbes_sur(
    racine: &Racine<'_>,
    titre: &str,
    axe_x: &str,
    axe_y: &str,
    courbes: &[(&str, Vec<(f64, f64)>)],
) -> Result<(), Box<dyn Error>> {
    let points = || courbes.iter().flat_map(|(_, points)| points);
    let (gauche, droite) = etendue(points().map(|point| point.0));
    let (bas, haut) = etendue(points().map(|point| point.1));
    let bas = bas.min(0.0);
    let mut graphique = ChartBuilder::on(racine)
        .caption(titre, (POLICE, 22))
        .margin(14)
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d(gauche..droite, bas..haut + (haut - bas) * 0.08)?;
    graphique
        .configure_mesh()
        .x_desc(axe_x)
        .y_desc(axe_y)
        .x_label_formatter(&|valeur| nombre(*valeur))
        .y_label_formatter(&|valeur| nombre(*valeur))
        .label_style((POLICE, 15))
        .axis_desc_style((POLICE, 17))
        .light_line_style(WHITE)
        .draw()?;
    for ((nom, points), couleur) in courbes.iter().zip(COULEURS.iter().cycle()) {
        let trait_plein = couleur.stroke_width(3);
        graphique
            .draw_series(LineSeries::new(points.iter().copied(), trait_plein))?
            .label(*nom)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], trait_plein));
    }
    graphique
        .configure_series_labels()
        .label_font((POLICE, 16))
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .legend_area_size(32)
        .draw()?;
    Ok(())
}

fn barres_sur(
    racine: &Racine<'_>,
    titre: &str,
    axe_y: &str,
    barres: &[(&str, f64)],
) -> Result<(), Box<dyn Error>> {
    let haut = barres
        .iter()
        .map(|(_, valeur)| *valeur)
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    let mut graphique = ChartBuilder::on(racine)
        .caption(titre, (POLICE, 22))
        .margin(14)
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d((0..barres.len() - 1).into_segmented(), 0.0..haut * 1.15)?;
    let nom_de = |place: &SegmentValue<usize>| match place {
        SegmentValue::CenterOf(rang) => barres
            .get(*rang)
            .map_or(String::new(), |(nom, _)| (*nom).to_string()),
        _ => String::new(),
    };
    graphique
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(barres.len())
        .y_desc(axe_y)
        .x_label_formatter(&nom_de)
        .y_label_formatter(&|valeur| nombre(*valeur))
        .label_style((POLICE, 15))
        .axis_desc_style((POLICE, 17))
        .light_line_style(WHITE)
        .draw()?;
    graphique.draw_series(barres.iter().enumerate().map(|(rang, (_, valeur))| {
        let coins = [
            (SegmentValue::Exact(rang), 0.0),
            (SegmentValue::Exact(rang + 1), *valeur),
        ];
        let mut barre = Rectangle::new(coins, COULEURS[rang % COULEURS.len()].filled());
        barre.set_margin(0, 0, 14, 14);
        barre
    }))?;
    let au_dessus = TextStyle::from((POLICE, 16).into_font()).pos(Pos::new(HPos::Center, VPos::Bottom));
    graphique.draw_series(barres.iter().enumerate().map(|(rang, (_, valeur))| {
        let place = (SegmentValue::CenterOf(rang), *valeur + haut * 0.01);
        Text::new(nombre(*valeur), place, au_dessus.clone())
    }))?;
    Ok(())
}
