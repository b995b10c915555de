#include "dates/zone.h"

#include <algorithm>
#include <iterator>

namespace gaoler::dates {
namespace {

constexpr int kMinute = 60;
constexpr int kHour = 60 * kMinute;

struct Abbreviations {
  int offset;              // seconds east of UTC
  std::string_view names;  // each with a blank on both sides
};

// fail2ban's table: where an abbreviation means several zones in the world, its choice is the
// compatible one (IST is left out, EST is American, AST is Atlantic).
constexpr Abbreviations kAbbreviations[] = {
    {-12 * kHour, " Y "},
    {-11 * kHour, " X NUT SST "},
    {-10 * kHour, " W CKT HAST HST TAHT TKT "},
    {-(9 * kHour + 30 * kMinute), " MART MIT "},
    {-9 * kHour, " V AKST GAMT GIT HADT HNY "},
    {-8 * kHour, " U AKDT CIST HAY HNP PST "},
    {-7 * kHour, " T HAP HNR MST PDT "},
    {-6 * kHour, " S CST EAST GALT HAR HNC MDT "},
    {-5 * kHour, " R CDT COT EASST ECT EST HAC HNE PET "},
    {-(4 * kHour + 30 * kMinute), " HLV VET "},
    {-4 * kHour, " Q AST BOT CLT COST EDT FKT GYT HAE HNA PYT "},
    {-(3 * kHour + 30 * kMinute), " HNT NST "},
    {-3 * kHour, " P ADT ART BRT CLST FKST GFT HAA PMST PYST SRT UYT WGT "},
    {-(2 * kHour + 30 * kMinute), " HAT NDT "},
    {-2 * kHour, " O BRST FNT PMDT UYST WGST "},
    {-1 * kHour, " N AZOT CVT EGT "},
    {0, " Z EGST GMT UTC WET "},
    {1 * kHour, " A CET DFT WAT WEDT WEST "},
    {2 * kHour, " B CAT CEDT CEST EET SAST WAST "},
    {3 * kHour, " C EAT EEDT EEST IDT MSK "},
    {3 * kHour + 30 * kMinute, " IRST "},
    {4 * kHour, " D AMT AZT GET GST KUYT MSD MUT RET SAMT SCT "},
    {4 * kHour + 30 * kMinute, " AFT IRDT "},
    {5 * kHour, " E AMST AQTT AZST HMT MAWT MVT PKT TFT TJT TMT UZT YEKT "},
    {5 * kHour + 30 * kMinute, " SLT "},
    {5 * kHour + 45 * kMinute, " NPT "},
    {6 * kHour, " F ALMT BIOT BTT IOT KGT NOVT OMST YEKST "},
    {6 * kHour + 30 * kMinute, " CCT MMT "},
    {7 * kHour, " G CXT DAVT HOVT ICT KRAT NOVST OMSST THA WIB "},
    {8 * kHour, " H ACT AWST BDT BNT CAST HKT IRKT KRAST MYT PHT SGT ULAT WITA WST "},
    {9 * kHour, " I AWDT IRKST JST KST PWT TLT WDT WIT YAKT "},
    {9 * kHour + 30 * kMinute, " ACST "},
    {10 * kHour, " K AEST PGT VLAT YAKST YAPT "},
    {10 * kHour + 30 * kMinute, " ACDT LHST "},
    {11 * kHour, " L AEDT LHDT MAGT NCT PONT SBT VLAST VUT "},
    {11 * kHour + 30 * kMinute, " NFT "},
    {12 * kHour, " M ANAST ANAT FJT GILT MAGST MHT NZST PETST PETT TVT WFT "},
    {13 * kHour, " FJST NZDT "},
};

std::optional<int> abbreviation_offset(std::string_view name) {
  if (name.find(' ') != std::string_view::npos) return std::nullopt;
  const std::string wanted = " " + std::string(name) + " ";
  for (const Abbreviations& row : kAbbreviations) {
    if (row.names.find(wanted) != std::string_view::npos) return row.offset;
  }
  return std::nullopt;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "+02", "-0530", "+05:30"; hours to 19, minutes to 99, as the directives match them.
std::optional<int> numeric_offset(std::string_view text) {
  const size_t colon = text.size() == 6 && text[3] == ':' ? 1 : 0;
  if (text.size() != 3 && text.size() != 5 + colon) return std::nullopt;
  if ((text[0] != '+' && text[0] != '-') || (text[1] != '0' && text[1] != '1')) return std::nullopt;
  const std::string_view minutes = text.size() > 3 ? text.substr(3 + colon) : "00";
  if (!is_digit(text[2]) || !std::all_of(minutes.begin(), minutes.end(), is_digit)) {
    return std::nullopt;
  }
  const int hours = (text[1] - '0') * 10 + text[2] - '0';
  const int offset = hours * kHour + ((minutes[0] - '0') * 10 + minutes[1] - '0') * kMinute;
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<int> zone_offset(std::string_view text) {
  const size_t letters = std::min(text.find_first_of("+-"), text.size());
  const std::string_view name = text.substr(0, letters), number = text.substr(letters);
  std::optional<int> base = name.empty() ? 0 : abbreviation_offset(name);
  if (!base || number.empty()) return base;
  const std::optional<int> offset = numeric_offset(number);
  return offset ? std::optional<int>(*base + *offset) : std::nullopt;
}

base::Result<Zone> Zone::parse(std::string_view text) {
  Zone zone;
  zone.offset_ = zone_offset(text);
  if (!zone.offset_) {
    return base::Error{"Unknown or unsupported time zone: '" + std::string(text) + "'"};
  }
  return zone;
}

}  // namespace gaoler::dates
